package io.github.livededup.examples.imageimport.command;

import io.github.livededup.OperationCancelledException;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Where commands read from: a file, or the standard input, which is closed when the user cancels. */
final class InputChannels {
    /**
     * What is done with the bytes.
     *
     * @param <R> the result
     */
    @FunctionalInterface
    interface Reader<R> {
        R read(FileChannel channel) throws IOException;
    }

    private InputChannels() {}

    /**
     * Opens a source, has it read, and closes it.
     *
     * @throws io.github.livededup.SourceException if the file is absent, a directory or unreadable
     * @throws OperationCancelledException if cancellation ended the reading
     */
    static <R> R read(ImportSource source, Interruption interruption, Reader<R> reader) throws IOException {
        try (FileChannel channel = open(source)) {
            if (source.isStandardInput()) {
                interruption.closeOnCancel(channel);
            }
            return reader.read(channel);
        } catch (IOException e) {
            if (source.isStandardInput() && interruption.token().isCancelled()) {
                throw new OperationCancelledException(source.name(), false);
            }
            throw e;
        }
    }

    private static FileChannel open(ImportSource source) throws IOException {
        Path file = source.file();
        // The channel closes the stream with itself.
        return source.isStandardInput()
                ? new FileInputStream(FileDescriptor.in).getChannel()
                : FileChannel.open(file, StandardOpenOption.READ);
    }
}
