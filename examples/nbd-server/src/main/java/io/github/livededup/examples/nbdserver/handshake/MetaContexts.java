package io.github.livededup.examples.nbdserver.handshake;

import io.github.livededup.NotFoundException;
import io.github.livededup.examples.nbdserver.export.Exports;
import io.github.livededup.examples.nbdserver.protocol.Limits;
import io.github.livededup.examples.nbdserver.protocol.OptionCode;
import io.github.livededup.examples.nbdserver.protocol.OptionReplyCode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The options about metadata contexts. There is one context, {@code base:allocation}. */
final class MetaContexts {
    private static final String BASE_ALLOCATION = "base:allocation";
    private static final String BASE = "base:";

    private final Exports exports;
    private final OptionReplies replies;
    /** The export that the context was chosen for. */
    private @Nullable String chosenFor;

    MetaContexts(Exports exports, OptionReplies replies) {
        this.exports = exports;
        this.replies = replies;
    }

    /** What was chosen before TLS does not count. */
    void reset() {
        chosenFor = null;
    }

    /** Whether the context was chosen for this very export. */
    boolean isChosenFor(String exportName) {
        return exportName.equals(chosenFor);
    }

    void answer(int option, OptionData data, boolean structuredReplies) throws IOException {
        boolean isSet = option == OptionCode.SET_META_CONTEXT;
        if (isSet) {
            chosenFor = null; // a failure leaves nothing chosen
        }
        if (!structuredReplies) {
            throw new InvalidOptionException("structured replies must be negotiated before");
        }
        String name = data.readString("export name");
        List<String> queries = readQueries(data);
        try {
            exports.describe(name);
        } catch (NotFoundException e) {
            replies.error(option, OptionReplyCode.ERROR_UNKNOWN, "there is no such export");
            return;
        }
        boolean matches = isSet ? queries.contains(BASE_ALLOCATION) : isListedBy(queries);
        if (matches) {
            replies.metaContext(option, isSet ? Negotiated.BASE_ALLOCATION_ID : 0, BASE_ALLOCATION);
        }
        if (isSet && matches) {
            chosenFor = name;
        }
        replies.ack(option);
    }

    private static boolean isListedBy(List<String> queries) {
        return queries.isEmpty() || queries.contains(BASE) || queries.contains(BASE_ALLOCATION);
    }

    private static List<String> readQueries(OptionData data) throws InvalidOptionException {
        int count = data.readCount("queries", Limits.MAX_OPTION_BYTES / Integer.BYTES);
        List<String> queries = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            queries.add(data.readString("query"));
        }
        data.requireEnd();
        return queries;
    }
}
