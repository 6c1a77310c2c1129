package io.github.livededup.engine.metadata;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Arrays of pages that left memory, for pages that come: those that were freed, and clean ones that gave way to others when a checkpoint
 * was done. At most as many as the last two checkpoints wrote, so that little is kept where little changes.
 *
 * <p>An array that was freed may still be in the hands of the change under way. So it is given out only after {@link #settle}, which comes
 * between changes and, as those, while nobody reads: nobody has a page then, for no page outlives the metadata lock it was found under. Readers without
 * the lock may have one, and do not believe what they found in it. Called with that lock held exclusively.
 */
final class SparePages {
    private final ArrayDeque<byte[]> left = new ArrayDeque<>();
    private final ArrayDeque<byte[]> ready = new ArrayDeque<>();
    private int most;
    private int lastWritten;

    /** Takes in the array of a page that left. */
    void leave(byte[] data) {
        if (left.size() + ready.size() < most) {
            left.push(data);
        }
    }

    /** An array of some content, null if there is none. */
    byte @Nullable [] take() {
        return ready.poll();
    }

    /**
     * Keeps no more than checkpoints write from now on: two of them, since the pages of an open group's table, which come with several, all
     * go when it is sealed.
     *
     * @param written the pages that this one wrote
     * @param highest the most to keep in any case
     */
    void limit(int written, int highest) {
        most = Math.min(written + lastWritten, highest);
        lastWritten = written;
        while (left.size() + ready.size() > most) {
            if (left.poll() == null) {
                ready.poll();
            }
        }
    }

    /** Lets arrays be given out that left before. */
    void settle() {
        byte[] data;
        while ((data = left.poll()) != null) {
            ready.push(data);
        }
    }

    int size() {
        return left.size() + ready.size();
    }
}
