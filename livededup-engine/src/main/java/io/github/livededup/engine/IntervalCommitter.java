package io.github.livededup.engine;

import io.github.livededup.VolumeClosedException;
import io.github.livededup.VolumeFailedException;
import io.github.livededup.VolumeFullException;
import io.github.livededup.engine.store.BlockStoreCore;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/**
 * Commits now and then. It gives up when the volume is closed or has failed; any other failure, for instance a full disk, an image
 * whose map is damaged or memory that the JVM does not have at the moment, is logged and tried again, since others have writes to commit.
 */
final class IntervalCommitter implements PeriodicThread.Work {
    private static final Logger LOG = System.getLogger(IntervalCommitter.class.getName());

    private final PeriodicThread.Work commit;

    IntervalCommitter(BlockStoreCore store) {
        this(() -> {
            store.keepRoom();
            store.commitUnawaited();
        });
    }

    /** Commits in another way. */
    IntervalCommitter(PeriodicThread.Work commit) {
        this.commit = commit;
    }

    @Override
    public void run() throws IOException {
        try {
            commit.run();
        } catch (VolumeFullException e) {
            LOG.log(Level.WARNING, "interval commit: no room", e);
        } catch (VolumeClosedException | VolumeFailedException e) {
            throw e;
        } catch (IOException | RuntimeException | Error e) {
            LOG.log(Level.WARNING, "interval commit: not everything was committed", e);
        }
    }
}
