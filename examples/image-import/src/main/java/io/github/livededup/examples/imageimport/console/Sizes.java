package io.github.livededup.examples.imageimport.console;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Sizes as people write and read them. K, M, G and T mean powers of 1024, as do KiB, MiB, GiB and TiB; kB, MB, GB and
 * TB mean powers of 1000, and are what {@link #format} prints.
 */
public final class Sizes {
    private static final Pattern SIZE = Pattern.compile("(\\d{1,18}(?:\\.\\d{1,6})?)\\s*([KMGT]?)(I?B)?");
    private static final String PREFIXES = "KMGT";
    private static final String[] DECIMAL_UNITS = {"B", "kB", "MB", "GB", "TB", "PB"};
    private static final String[] BINARY_UNITS = {"B", "KiB", "MiB", "GiB", "TiB", "PiB"};

    private Sizes() {}

    /**
     * Reads a size.
     *
     * @param text such as "4096", "4K", "1.5 GiB", "128MB"
     * @return the bytes
     * @throws IllegalArgumentException if it is no size, not a whole number of bytes, or too large
     */
    public static long parse(String text) {
        Matcher matcher = SIZE.matcher(text.strip().toUpperCase(Locale.ROOT));
        if (!matcher.matches()) {
            throw new IllegalArgumentException("not a size: '" + text + "' (write 4096, 4K, 128M or 1.5G)");
        }
        String prefix = matcher.group(2);
        boolean decimal = !prefix.isEmpty() && "B".equals(matcher.group(3));
        BigDecimal unit =
                BigDecimal.valueOf(decimal ? 1000 : 1024).pow(prefix.isEmpty() ? 0 : PREFIXES.indexOf(prefix) + 1);
        try {
            return new BigDecimal(matcher.group(1)).multiply(unit).longValueExact();
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException("not a whole number of bytes, or too large: '" + text + "'", e);
        }
    }

    /**
     * Writes a size in decimal units with about three digits.
     *
     * @param bytes the bytes
     * @return such as "1.23 GB"
     */
    public static String format(long bytes) {
        double value = bytes;
        int unit = 0;
        while (Math.abs(value) >= 999.5 && unit < DECIMAL_UNITS.length - 1) {
            value /= 1000;
            unit++;
        }
        return threeDigits(value, unit == 0) + " " + DECIMAL_UNITS[unit];
    }

    /**
     * Writes a size in the largest binary unit of which it is a whole number.
     *
     * @param bytes the bytes
     * @return such as "128 MiB"
     */
    public static String binary(long bytes) {
        long value = bytes;
        int unit = 0;
        while (value != 0 && value % 1024 == 0 && unit < BINARY_UNITS.length - 1) {
            value /= 1024;
            unit++;
        }
        return value + " " + BINARY_UNITS[unit];
    }

    /**
     * Megabytes a second.
     *
     * @param bytes bytes passed
     * @param elapsed the time it took
     * @return whole megabytes a second, or "-" if no time passed
     */
    public static String megabytesPerSecond(long bytes, Duration elapsed) {
        long nanos = elapsed.toNanos();
        return nanos <= 0 ? "-" : String.format(Locale.ROOT, "%.0f", bytes * 1e3 / nanos);
    }

    /**
     * A duration.
     *
     * @param elapsed the time
     * @return such as "0.84 s", "12.3 s" or "3:05"
     */
    public static String time(Duration elapsed) {
        double seconds = elapsed.toNanos() / 1e9;
        if (seconds < 99.95) {
            return threeDigits(seconds, false) + " s";
        }
        long whole = Math.round(seconds);
        return whole >= 3600
                ? String.format(Locale.ROOT, "%d:%02d:%02d", whole / 3600, whole / 60 % 60, whole % 60)
                : String.format(Locale.ROOT, "%d:%02d", whole / 60, whole % 60);
    }

    /**
     * The share that is saved when {@code whole} bytes shrink to {@code rest}.
     *
     * @param whole the bytes before
     * @param rest the bytes after
     * @return from 0 to 1, negative if it grew, 0 for nothing at all
     */
    public static double saving(long whole, long rest) {
        return whole == 0 ? 0 : 1 - (double) rest / whole;
    }

    /**
     * A share as a percentage.
     *
     * @param share from 0 to 1
     * @return such as "71 %", with one decimal below 10
     */
    public static String percent(double share) {
        double percent = share * 100;
        boolean fine = percent != 0 && Math.abs(percent) < 9.95;
        return String.format(Locale.ROOT, fine ? "%.1f %%" : "%.0f %%", percent);
    }

    private static String threeDigits(double value, boolean whole) {
        double size = Math.abs(value);
        String format = whole || size >= 99.95 ? "%.0f" : size >= 9.995 ? "%.1f" : "%.2f";
        return String.format(Locale.ROOT, format, value);
    }
}
