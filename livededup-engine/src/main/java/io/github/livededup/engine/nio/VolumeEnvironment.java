package io.github.livededup.engine.nio;

import io.github.livededup.LiveDedup;
import io.github.livededup.Volume;
import io.github.livededup.VolumeOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the environment of a new file system asks for; its keys are in the package's description.
 *
 * @param create whether the volume is created if there is none
 * @param readOnly whether changes are refused
 * @param options how the volume is opened
 * @param volume an open volume to use, or null to open one
 */
record VolumeEnvironment(
        boolean create,
        boolean readOnly,
        VolumeOptions options,
        @Nullable Volume volume) {
    static VolumeEnvironment of(Map<String, ?> env) {
        boolean create = flag(env, "create");
        boolean readOnly = flag(env, "readOnly");
        VolumeOptions options = value(env, "options", VolumeOptions.class);
        Volume volume = value(env, "volume", Volume.class);
        if (volume != null && (create || options != null)) {
            throw new IllegalArgumentException("\"volume\" goes with neither \"create\" nor \"options\"");
        }
        if (options == null) {
            options = VolumeOptions.defaults();
        }
        if (readOnly && !options.isReadOnly()) {
            options = options.toBuilder().readOnly(true).build();
        }
        return new VolumeEnvironment(create, readOnly, options, volume);
    }

    private static boolean flag(Map<String, ?> env, String key) {
        Object value = env.get(key);
        if (value == null || value instanceof Boolean) {
            return Boolean.TRUE.equals(value);
        }
        if (value.equals("true") || value.equals("false")) {
            return value.equals("true");
        }
        throw new IllegalArgumentException(key + ": actual=" + value + " expected=true or false");
    }

    private static <T> @Nullable T value(Map<String, ?> env, String key, Class<T> type) {
        Object value = env.get(key);
        if (value != null && !type.isInstance(value)) {
            throw new IllegalArgumentException(
                    key + ": actual=" + value.getClass().getName() + " expected=" + type.getName());
        }
        return type.cast(value);
    }

    /** Opens the volume, or gives the one that was handed in. */
    Volume open(Path directory) throws IOException {
        if (volume != null) {
            return volume;
        }
        return create ? LiveDedup.openOrCreate(directory, options) : LiveDedup.open(directory, options);
    }
}
