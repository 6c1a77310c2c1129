package io.github.livededup.examples.imageimport.command;

import io.github.livededup.InvalidArgumentException;
import io.github.livededup.RewritePolicy;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads rewrite policies: never, newest:PREVIOUS, newest:PREVIOUS:UTILISATION, run:BLOCKS. */
final class RewriteConverter implements ITypeConverter<RewritePolicy> {
    /** What {@link RewritePolicy#newestVersion} calls usual. */
    private static final double USUAL_UTILISATION = 0.5;

    private static final String NEWEST = "newest:";
    private static final String RUN = "run:";

    @Override
    public RewritePolicy convert(String text) {
        try {
            if (text.equals("never")) {
                return RewritePolicy.never();
            }
            if (text.startsWith(NEWEST) && text.length() > NEWEST.length()) {
                return newest(text.substring(NEWEST.length()));
            }
            if (text.startsWith(RUN)) {
                return RewritePolicy.minimumRun(Integer.parseInt(text.substring(RUN.length())));
            }
        } catch (NumberFormatException e) {
            throw new TypeConversionException("not a number in '" + text + "'");
        } catch (InvalidArgumentException e) {
            throw new TypeConversionException(String.valueOf(e.getMessage()));
        }
        throw new TypeConversionException("'" + text + "' is not one of never, newest:IMAGE[:SHARE], run:BLOCKS");
    }

    /** A name may hold colons; it ends at the last one that a share follows. */
    private static RewritePolicy newest(String text) {
        int colon = text.lastIndexOf(':');
        if (colon > 0) {
            try {
                double utilisation = ShareConverter.parse(text.substring(colon + 1));
                return RewritePolicy.newestVersion(text.substring(0, colon), utilisation);
            } catch (NumberFormatException e) {
                return RewritePolicy.newestVersion(text, USUAL_UTILISATION);
            }
        }
        return RewritePolicy.newestVersion(text, USUAL_UTILISATION);
    }
}
