package io.github.livededup.examples.fusemount.fs;

import java.io.Closeable;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Deletes the images of removed files behind the callers' back: a large one takes its time. Before an image goes, the record
 * that its file went is in the volume's journal. What is not deleted when the program dies is deleted at the next mount.
 */
final class Reaper implements Closeable {
    private static final Logger LOG = System.getLogger(Reaper.class.getName());
    private static final long POLL_MILLIS = 200;

    private final TreeStore store;
    private final BlockingQueue<String> doomed = new LinkedBlockingQueue<>();
    private final Thread thread = new Thread(this::work, "fuse-reaper");
    private volatile boolean closing;

    Reaper(TreeStore store) {
        this.store = store;
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** An image that no file has any more; its name is the mount's own. */
    void doom(String image) {
        doomed.add(image);
    }

    private void work() {
        try {
            while (!closing || !doomed.isEmpty()) {
                String image = doomed.poll(POLL_MILLIS, TimeUnit.MILLISECONDS);
                if (image != null) {
                    delete(image);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void delete(String first) {
        List<String> images = new ArrayList<>();
        images.add(first);
        doomed.drainTo(images);
        try {
            store.settle();
        } catch (IOException | RuntimeException e) {
            LOG.log(Level.WARNING, "removed files are deleted at the next mount: {0}", e.toString());
            return;
        }
        for (String image : images) {
            try {
                store.images().delete(image);
            } catch (IOException | RuntimeException e) {
                LOG.log(Level.WARNING, "image {0} is deleted at the next mount: {1}", image, e);
            }
        }
    }

    /** Deletes what is waiting. */
    @Override
    public void close() throws IOException {
        closing = true;
        try {
            thread.join(); // at once if it was never started
            String rest = doomed.poll();
            if (rest != null) {
                delete(rest);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
