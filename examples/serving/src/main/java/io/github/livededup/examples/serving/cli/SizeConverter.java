package io.github.livededup.examples.serving.cli;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads sizes such as 4096, 64K, 256M or 10G; the letters are powers of 1024. */
public final class SizeConverter implements ITypeConverter<Long> {
    private static final Pattern SIZE = Pattern.compile("(\\d{1,18})([KMGT]?)");
    private static final int BITS_A_STEP = 10;

    /** Made by picocli, from its name. */
    public SizeConverter() {}

    @Override
    public Long convert(String text) {
        return parse(text);
    }

    /**
     * Reads a size.
     *
     * @param text such as 64K
     * @return the bytes
     * @throws TypeConversionException if it is no size, or too large
     */
    public static long parse(String text) {
        Matcher matcher = SIZE.matcher(text.strip().toUpperCase(Locale.ROOT));
        if (!matcher.matches()) {
            throw new TypeConversionException("not a size: '" + text + "' (write 4096, 64K, 256M or 10G)");
        }
        long unit = 1L << (BITS_A_STEP * (matcher.group(2).isEmpty() ? 0 : 1 + "KMGT".indexOf(matcher.group(2))));
        try {
            return Math.multiplyExact(Long.parseLong(matcher.group(1)), unit);
        } catch (ArithmeticException e) {
            throw new TypeConversionException("too large: '" + text + "'");
        }
    }
}
