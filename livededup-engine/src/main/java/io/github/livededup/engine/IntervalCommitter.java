package io.github.livededup.engine;

import io.github.livededup.VolumeClosedException;
import io.github.livededup.VolumeFailedException;
import io.github.livededup.VolumeFullException;
import io.github.livededup.engine.store.BlockStoreCore;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/**
 * Commits now and then. It gives up when the volume is closed or has failed; any other failure, for instance a full disk or an image
 * whose map is damaged, is logged and tried again, since others have writes to commit.
 */
final class IntervalCommitter implements PeriodicThread.Work {
    private static final Logger LOG = System.getLogger(IntervalCommitter.class.getName());

    private final BlockStoreCore store;

    IntervalCommitter(BlockStoreCore store) {
        this.store = store;
    }

    @Override
    public void run() throws IOException {
        try {
            store.keepRoom();
            store.commitUnawaited();
        } catch (VolumeFullException e) {
            LOG.log(Level.WARNING, "interval commit: no room", e);
        } catch (VolumeClosedException | VolumeFailedException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            LOG.log(Level.WARNING, "interval commit: not everything was committed", e);
        }
    }
}
