package io.github.livededup.examples.nbdserver.cli;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine.TypeConversionException;

/** Constants as the user writes them: in small letters. */
final class EnumNames {
    private EnumNames() {}

    static <E extends Enum<E>> E parse(Class<E> type, String text) {
        for (E constant : type.getEnumConstants()) {
            if (nameOf(constant).equals(text)) {
                return constant;
            }
        }
        throw new TypeConversionException("unknown: '" + text + "' (one of "
                + Arrays.stream(type.getEnumConstants()).map(EnumNames::nameOf).collect(Collectors.joining(", "))
                + ")");
    }

    private static String nameOf(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
