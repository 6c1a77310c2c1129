package io.github.livededup.examples.imageimport.command;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Reads and writes enum constants the way command lines spell them: lower case, hyphens, both optional when read.
 *
 * @param <E> the enum
 */
final class EnumNames<E extends Enum<E>> implements ITypeConverter<E> {
    private final Class<E> type;

    EnumNames(Class<E> type) {
        this.type = type;
    }

    /** The spelling that is printed. */
    static String of(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    @Override
    public E convert(String text) {
        String wanted = plain(text);
        for (E constant : type.getEnumConstants()) {
            if (plain(constant.name()).equals(wanted)) {
                return constant;
            }
        }
        String known = Arrays.stream(type.getEnumConstants()).map(EnumNames::of).collect(Collectors.joining(", "));
        throw new TypeConversionException("'" + text + "' is not one of " + known);
    }

    private static String plain(String text) {
        return text.toLowerCase(Locale.ROOT).replace("-", "").replace("_", "");
    }
}
