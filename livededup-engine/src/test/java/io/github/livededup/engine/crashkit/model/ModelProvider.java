package io.github.livededup.engine.crashkit.model;

import io.github.livededup.AlreadyExistsException;
import io.github.livededup.CancellationToken;
import io.github.livededup.NotFoundException;
import io.github.livededup.ProgressListener;
import io.github.livededup.SavingsEstimate;
import io.github.livededup.SettingMismatchException;
import io.github.livededup.Volume;
import io.github.livededup.VolumeLockedException;
import io.github.livededup.VolumeOptions;
import io.github.livededup.spi.VolumeProvider;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Makes model volumes and keeps what closed ones hold, by path. Nothing is on disk. */
public final class ModelProvider implements VolumeProvider {
    private final Map<Path, ModelContent> contents = new ConcurrentHashMap<>();

    @Override
    public Volume create(Path directory, VolumeOptions options) throws IOException {
        ModelContent content = new ModelContent(options);
        if (contents.putIfAbsent(directory, content) != null) {
            throw new AlreadyExistsException(directory.toString(), "there is a volume");
        }
        content.isOpen = true;
        return new ModelVolume(directory, content, options);
    }

    @Override
    public Volume open(Path directory, VolumeOptions options) throws IOException {
        String resource = directory.toString();
        ModelContent content = contents.get(directory);
        if (content == null) {
            throw new NotFoundException(resource, "no volume");
        }
        synchronized (content) {
            if (content.isOpen) {
                throw new VolumeLockedException(resource, "open already");
            }
            int asked = options.blockSizeBytes().orElse(content.blockSizeBytes);
            if (asked != content.blockSizeBytes) {
                throw new SettingMismatchException(
                        resource, "block size: actual=" + asked + " expected=" + content.blockSizeBytes);
            }
            if (options.fingerprint().isPresent() && !options.fingerprint().equals(content.created.fingerprint())) {
                throw new SettingMismatchException(resource, "fingerprint: actual=" + options.fingerprint());
            }
            if (options.groupSizeBytes().isPresent()
                    && options.groupSizeBytes().getAsInt()
                            != content.created.groupSizeBytes().orElse(128 << 20)) {
                throw new SettingMismatchException(resource, "block-group size: actual=" + options.groupSizeBytes());
            }
            content.isOpen = true;
        }
        return new ModelVolume(directory, content, options);
    }

    @Override
    public List<SavingsEstimate> estimate(List<Path> files, ProgressListener listener, CancellationToken cancellation) {
        throw new UnsupportedOperationException("the model does not estimate");
    }
}
