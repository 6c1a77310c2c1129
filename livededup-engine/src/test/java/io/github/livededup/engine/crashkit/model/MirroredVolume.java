package io.github.livededup.engine.crashkit.model;

import io.github.livededup.BlockStore;
import io.github.livededup.CompactionOptions;
import io.github.livededup.CompactionResult;
import io.github.livededup.Durability;
import io.github.livededup.FingerprintAlgorithm;
import io.github.livededup.Fragmentation;
import io.github.livededup.ImageStore;
import io.github.livededup.VerifyOptions;
import io.github.livededup.VerifyReport;
import io.github.livededup.Volume;
import io.github.livededup.VolumeFullException;
import io.github.livededup.VolumeOptions;
import io.github.livededup.VolumeStatistics;
import io.github.livededup.engine.crashkit.model.VolumeHistory.Effect;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A volume whose changes are made in a model as well, one after the other, so that its history is known. It may be used
 * by many threads, but changes wait for one another.
 */
public final class MirroredVolume implements Volume {
    private final Volume real;
    private final Mirror mirror;
    private final BlockStore blocks;
    private final ImageStore images;

    /**
     * Mirrors a volume that was just opened or created.
     *
     * @param real the volume
     * @param content what the model holds: the same as the volume
     * @param references what callers hold of its blocks
     * @param history gets a state after each change, the first one now
     * @param options those of the volume
     */
    public MirroredVolume(
            Volume real,
            ModelContent content,
            CallerReferences references,
            VolumeHistory history,
            VolumeOptions options) {
        this.real = real;
        mirror = new Mirror(content, references, history, options.durability() == Durability.EVERY_CALL);
        ModelVolume model = new ModelVolume(real.directory(), content, options);
        blocks = new MirroredBlockStore(real.blocks(), model.blocks(), references, mirror);
        images = new MirroredImageStore(real.images(), model.images(), mirror);
        mirror.did(Effect.COMMITTED, null);
    }

    /**
     * The volume behind, whose changes are not mirrored.
     *
     * @return always the same
     */
    public Volume mirrored() {
        return real;
    }

    @Override
    public BlockStore blocks() {
        return blocks;
    }

    @Override
    public ImageStore images() {
        return images;
    }

    @Override
    public void commit() throws IOException {
        mirror.change(Effect.COMMITTED, null, real::commit, () -> {});
    }

    @Override
    public CompactionResult compact(CompactionOptions options) throws IOException {
        return mirror.change(Effect.NONE, null, () -> real.compact(options), () -> {});
    }

    @Override
    public void close() throws IOException {
        try {
            mirror.change(Effect.COMMITTED, null, real::close, () -> {});
        } catch (VolumeFullException e) {
            mirror.lose();
            throw e;
        }
    }

    @Override
    public VolumeStatistics statistics() throws IOException {
        return real.statistics();
    }

    @Override
    public VerifyReport verify(VerifyOptions options) throws IOException {
        return real.verify(options);
    }

    @Override
    public Fragmentation fragmentation() throws IOException {
        return real.fragmentation();
    }

    @Override
    public Path directory() {
        return real.directory();
    }

    @Override
    public int blockSizeBytes() {
        return real.blockSizeBytes();
    }

    @Override
    public FingerprintAlgorithm fingerprintAlgorithm() {
        return real.fingerprintAlgorithm();
    }

    @Override
    public boolean isReadOnly() {
        return real.isReadOnly();
    }

    @Override
    public boolean isOpen() {
        return real.isOpen();
    }
}
