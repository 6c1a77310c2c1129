package io.github.livededup.examples.imageimport.command;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads shares such as 0.05 or 5%. */
final class ShareConverter implements ITypeConverter<Double> {
    @Override
    public Double convert(String text) {
        try {
            return parse(text);
        } catch (NumberFormatException e) {
            throw new TypeConversionException("not a share: '" + text + "' (write 0.05 or 5%)");
        }
    }

    /**
     * Reads a share, whatever its size.
     *
     * @throws NumberFormatException if it is none
     */
    static double parse(String text) {
        return text.endsWith("%")
                ? Double.parseDouble(text.substring(0, text.length() - 1)) / 100
                : Double.parseDouble(text);
    }
}
