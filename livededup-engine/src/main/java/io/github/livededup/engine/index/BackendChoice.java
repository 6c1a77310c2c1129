package io.github.livededup.engine.index;

import io.github.livededup.IndexBackend;
import io.github.livededup.IndexBackendUnavailableException;
import io.github.livededup.engine.io.VolumeDirectory;
import java.lang.System.Logger.Level;
import java.util.Optional;

/** Decides what holds the partitions. */
final class BackendChoice {
    private static final System.Logger LOGGER = System.getLogger(BackendChoice.class.getName());

    private BackendChoice() {}

    /**
     * Chooses, and says so in one line of the log: at level INFO if there is something that can be done about it, else at
     * DEBUG.
     *
     * @param directory the volume's directory
     * @param settings what was asked for
     * @return {@link IndexBackend#CHRONICLE_MAP} or {@link IndexBackend#BUILT_IN}
     * @throws IndexBackendUnavailableException if Chronicle Map was asked for by name and cannot be had
     */
    static IndexBackend choose(VolumeDirectory directory, IndexSettings settings)
            throws IndexBackendUnavailableException {
        if (settings.backend() == IndexBackend.BUILT_IN || settings.readOnly()) {
            return log(Level.DEBUG, directory, IndexBackend.BUILT_IN, settings.readOnly() ? "read-only" : "as asked");
        }
        boolean onDisk = PartitionFiles.isPossibleIn(directory);
        Optional<String> obstacle =
                onDisk ? ChronicleSupport.obstacle() : Optional.of("keep the volume in a directory on a disk");
        if (settings.backend() == IndexBackend.AUTO) {
            return obstacle.isEmpty()
                    ? log(Level.DEBUG, directory, IndexBackend.CHRONICLE_MAP, "automatic")
                    : log(
                            onDisk ? Level.INFO : Level.DEBUG,
                            directory,
                            IndexBackend.BUILT_IN,
                            "to have them in Chronicle Map, " + obstacle.get());
        }
        if (obstacle.isPresent()) {
            throw unavailable(directory, obstacle.get());
        }
        if (!ChronicleSupport.warmUp().join()) {
            throw unavailable(directory, "see the log for why it fails in this JVM");
        }
        return log(Level.DEBUG, directory, IndexBackend.CHRONICLE_MAP, "as asked");
    }

    /**
     * What a writer with the same options would get in this JVM, without any preparation for it.
     *
     * @param directory the volume's directory
     * @param asked what was asked for
     * @return {@link IndexBackend#CHRONICLE_MAP} or {@link IndexBackend#BUILT_IN}
     */
    static IndexBackend ofWriters(VolumeDirectory directory, IndexBackend asked) {
        boolean isPossible = asked != IndexBackend.BUILT_IN
                && PartitionFiles.isPossibleIn(directory)
                && ChronicleSupport.obstacle().isEmpty();
        return isPossible ? IndexBackend.CHRONICLE_MAP : IndexBackend.BUILT_IN;
    }

    private static IndexBackend log(Level level, VolumeDirectory directory, IndexBackend backend, String why) {
        LOGGER.log(
                level,
                () -> directory.description() + ": index partitions: "
                        + (backend == IndexBackend.BUILT_IN ? "built-in table" : "Chronicle Map") + " (" + why + ")");
        return backend;
    }

    private static IndexBackendUnavailableException unavailable(VolumeDirectory directory, String remedy) {
        return new IndexBackendUnavailableException(
                directory.description(),
                "index backend: actual=" + IndexBackend.BUILT_IN + " expected=" + IndexBackend.CHRONICLE_MAP + "; "
                        + remedy);
    }
}
