package io.github.livededup.engine.check;

import io.github.livededup.CorruptionException;
import io.github.livededup.VerifyReport;
import io.github.livededup.engine.format.BlockAddress;
import io.github.livededup.engine.metadata.ProblemListener;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** What a verification found; safe for use by many threads. A badly damaged volume does not fill memory: a part is kept. */
final class Problems {
    private static final int MAX_KEPT = 10_000;

    /** A problem, and who suffers from it. */
    private static final class Found {
        final VerifyReport.Kind kind;
        final String resource;
        final String message;
        final OptionalLong address;
        final List<VerifyReport.Use> uses = new ArrayList<>();
        long useCount;
        long callerReferences;

        Found(VerifyReport.Kind kind, String resource, String message, OptionalLong address) {
            this.kind = kind;
            this.resource = resource;
            this.message = message;
            this.address = address;
        }
    }

    private final int maxUses;
    private final List<Found> kept = new ArrayList<>();
    private final Map<Long, Found> byAddress = new HashMap<>();
    private final Map<String, Found> byPage = new HashMap<>();
    private long count;

    Problems(int maxUses) {
        this.maxUses = maxUses;
    }

    /** What takes problems of a kind. */
    ProblemListener of(VerifyReport.Kind kind) {
        return (resource, message) -> add(kind, resource, message, OptionalLong.empty());
    }

    /** A block is damaged. */
    void block(long address, String message) {
        add(
                VerifyReport.Kind.BLOCK,
                "block " + BlockAddress.group(address) + "/" + BlockAddress.slot(address),
                message,
                OptionalLong.of(address));
    }

    private synchronized void add(VerifyReport.Kind kind, String resource, String message, OptionalLong address) {
        count++;
        if (kept.size() < MAX_KEPT) {
            Found found = new Found(kind, resource, message, address);
            kept.add(found);
            if (address.isPresent()) {
                byAddress.put(address.getAsLong(), found);
            } else if (kind == VerifyReport.Kind.METADATA) {
                byPage.putIfAbsent(resource, found);
            }
        }
    }

    /** The blocks that are damaged, those kept; a new list. */
    synchronized List<Long> addresses() {
        return new ArrayList<>(byAddress.keySet());
    }

    /** Whether something is wrong with metadata. */
    synchronized boolean hasMetadata() {
        return !byPage.isEmpty();
    }

    /** Notes a place of a damaged block; nothing happens if the block is not. */
    synchronized void use(long address, String image, long offsetBytes, long lengthBytes) {
        use(byAddress.get(address), image, offsetBytes, lengthBytes);
    }

    /** Notes a place below a page that cannot be read. */
    synchronized void use(CorruptionException page, String image, long offsetBytes, long lengthBytes) {
        use(byPage.get(page.resource()), image, offsetBytes, lengthBytes);
    }

    private void use(@Nullable Found found, String image, long offsetBytes, long lengthBytes) {
        if (found != null) {
            found.useCount++;
            if (found.uses.size() < maxUses) {
                found.uses.add(new VerifyReport.Use(image, offsetBytes, lengthBytes));
            }
        }
    }

    /** Notes the references to a damaged block that callers of the block store hold. */
    synchronized void callerReferences(long address, long references) {
        Found found = byAddress.get(address);
        if (found != null) {
            found.callerReferences = references;
        }
    }

    synchronized List<VerifyReport.Problem> kept() {
        return kept.stream()
                .map(found -> new VerifyReport.Problem(
                        found.kind,
                        found.resource,
                        found.message,
                        found.address,
                        found.uses,
                        found.useCount,
                        found.callerReferences))
                .toList();
    }

    synchronized long count() {
        return count;
    }
}
