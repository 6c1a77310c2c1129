package io.github.livededup.examples.imageimport.command;

import io.github.livededup.CancellationToken;
import io.github.livededup.LiveDedup;
import io.github.livededup.ProgressListener;
import io.github.livededup.SavingsEstimate;
import io.github.livededup.Volume;
import io.github.livededup.VolumeOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Where volumes come from: {@link LiveDedup}, or a double in tests. */
public interface Volumes {
    /** The real one. */
    Volumes LIVE = new Volumes() {
        @Override
        public Volume create(Path directory, VolumeOptions options) throws IOException {
            return LiveDedup.create(directory, options);
        }

        @Override
        public Volume open(Path directory, VolumeOptions options) throws IOException {
            return LiveDedup.open(directory, options);
        }

        @Override
        public List<SavingsEstimate> estimate(
                List<Path> files, ProgressListener listener, CancellationToken cancellation) throws IOException {
            return LiveDedup.estimate(files, listener, cancellation);
        }
    };

    /**
     * Creates a volume; see {@link LiveDedup#create}.
     *
     * @param directory the volume's directory
     * @param options the options
     * @return the open volume
     * @throws IOException as {@link LiveDedup#create} says
     */
    Volume create(Path directory, VolumeOptions options) throws IOException;

    /**
     * Opens a volume; see {@link LiveDedup#open}.
     *
     * @param directory the volume's directory
     * @param options the options
     * @return the open volume
     * @throws IOException as {@link LiveDedup#open} says
     */
    Volume open(Path directory, VolumeOptions options) throws IOException;

    /**
     * Estimates savings; see {@link LiveDedup#estimate}.
     *
     * @param files the files to read
     * @param listener told of progress
     * @param cancellation asked between chunks
     * @return one estimate per block size
     * @throws IOException as {@link LiveDedup#estimate} says
     */
    List<SavingsEstimate> estimate(List<Path> files, ProgressListener listener, CancellationToken cancellation)
            throws IOException;
}
