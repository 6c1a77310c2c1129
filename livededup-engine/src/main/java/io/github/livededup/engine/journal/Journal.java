package io.github.livededup.engine.journal;

import io.github.livededup.CorruptionException;
import io.github.livededup.VolumeFailedException;
import io.github.livededup.engine.format.JournalLayout;
import io.github.livededup.engine.io.VolumeDirectory;
import io.github.livededup.engine.util.FlightRecording;
import java.io.Closeable;
import java.io.IOException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The ordered journal of a volume. Batches of records are appended in memory; {@link #commit} makes them durable; {@link
 * #replay} gives back whole batches up to the last valid commit mark, in order.
 *
 * <p><b>Threads.</b> Safe for use by many threads. {@link #append} is called with the store's metadata lock held, and
 * only that order of the locks is allowed: this class calls out without its own lock. A commit has one leader; callers
 * that come meanwhile wait for it, and one of them leads the next.
 *
 * <p><b>Positions.</b> The log is an endless line of bytes, laid round and round a ring of preallocated segments; a
 * <em>sequence</em> is a position on it. A frame bears its own sequence, so one of an earlier round never passes for one
 * of this round, and where the frame before it ended, so that no frame can be left out.
 *
 * <p><b>Torn writes.</b> Nothing is assumed of them: of what was not forced, any sectors may be old, new or garbage. The
 * frame behind a commit mark starts on a new page, so what was committed is never written again until it is released,
 * and the checksum of a frame tells whether all of it is there.
 *
 * <p><b>Sessions.</b> Behind the last commit mark, at position {@code L}, an earlier process may have left valid frames
 * that were never committed. Nothing appended later may be followed by them. So the first append after opening (1) forces
 * all segments, since what was replayed may have been only in the system's cache; (2) writes an empty frame with a commit
 * mark whose sequence is {@code L} plus the capacity of the ring, and forces it; (3) goes on behind that. All frames ever
 * written before have a sequence less than {@code L} plus the capacity, as no frame overtakes the oldest one needed,
 * which is not behind {@code L}; those of the new session have a greater one. And no second session can start from the same
 * {@code L} once the first wrote anything else, for (2) was durable before. So no sequence is ever used for two different
 * frames, and a left-over frame never continues the chain.
 *
 * <p><b>Where the log ends, and damage.</b> Replay follows the chain to the first frame that is not valid, and visits
 * what is before the last commit mark in it. A frame may be invalid because it was torn, which only happens to what was
 * never acknowledged, or because it was damaged later, and then batches that were acknowledged are lost. Valid frames
 * behind it decide nothing by themselves: a power cut may keep a later write and lose an earlier one. But each frame bears
 * the position up to which the log had been <em>forced</em> when it was sealed. If that is behind the last commit mark of
 * the chain, for any valid frame anywhere in the ring, then {@link #open} throws {@link CorruptionException}. There are no
 * false alarms, as what was forced is in the chain on any medium that keeps what it forced. What remains undecided is damage to the
 * very last commit when nothing was written after it: it is taken for a torn one. A clean close leaves no such case,
 * for a checkpoint then holds everything.
 *
 * <p><b>Space.</b> {@link #append} refuses what does not surely fit, its commit included, before anything changes; so
 * everything appended can be committed, and a checkpoint is always possible.
 *
 * <p><b>Failures.</b> After the first failed write or force nothing is appended or committed any more, and nothing is tried
 * again: a second force may succeed falsely.
 */
public final class Journal implements Closeable {
    private final String resource;
    private final JournalOptions options;
    private final JournalSegments segments;
    private final long start;
    private final long replayEnd;
    private final @Nullable String loss;

    private final ReentrantLock lock = new ReentrantLock();
    /** Signalled when a commit ends, well or not. */
    private final Condition commitEnded = lock.newCondition();

    /** Guarded by the lock, as are all fields below. */
    private final JournalTail tail;

    private long durable;
    private long commits;
    private boolean leading;
    private boolean closed;
    private @Nullable Throwable failure;

    private Journal(
            VolumeDirectory directory,
            JournalOptions options,
            JournalSegments segments,
            long start,
            long end,
            @Nullable String loss)
            throws IOException {
        this.resource = directory.description() + "/" + JournalSegments.FOLDER;
        this.options = options;
        this.segments = segments;
        this.start = start;
        this.replayEnd = end;
        this.loss = loss;
        this.durable = loss == null
                ? end
                : JournalDamage.beyondAll(segments, options.volumeId().getLeastSignificantBits(), end);
        this.tail = new JournalTail(segments, options, start, durable, false);
    }

    /** A new journal. */
    private Journal(VolumeDirectory directory, JournalOptions options, JournalSegments segments) {
        this.resource = directory.description() + "/" + JournalSegments.FOLDER;
        this.options = options;
        this.segments = segments;
        this.start = 0;
        this.replayEnd = 0;
        this.loss = null;
        this.tail = new JournalTail(segments, options, 0, 0, true);
    }

    /**
     * Creates the journal of a new volume: all segments, allocated and durable, empty.
     *
     * @param directory the volume's directory
     * @param options the volume and the size
     * @return the journal, open at sequence {@link #sequence()}; the caller closes it
     * @throws io.github.livededup.VolumeFullException if the disk has no room for it
     * @throws IOException if the file system refuses, or there is one already
     */
    public static Journal create(VolumeDirectory directory, JournalOptions options) throws IOException {
        return new Journal(directory, options, JournalSegments.create(directory, options));
    }

    /**
     * Opens a journal and finds its end. Nothing of the log is changed before the first append.
     *
     * @param directory the volume's directory
     * @param options the volume; a size in it does not count
     * @param startSequence where replay starts: what {@link #sequence()} was at the last checkpoint
     * @return the journal; the caller closes it
     * @throws CorruptionException if committed batches are lost, or a segment is
     * @throws io.github.livededup.UnsupportedFormatException if it is of an unknown version
     * @throws IOException if the file system refuses
     */
    public static Journal open(VolumeDirectory directory, JournalOptions options, long startSequence)
            throws IOException {
        String resource = directory.description() + "/" + JournalSegments.FOLDER;
        if (startSequence < 0 || startSequence % JournalLayout.COMMIT_ALIGNMENT_BYTES != 0) {
            throw new CorruptionException(
                    resource,
                    "start: actual=" + startSequence + " expected=a multiple of "
                            + JournalLayout.COMMIT_ALIGNMENT_BYTES);
        }
        JournalSegments segments = JournalSegments.open(directory, options);
        try {
            long volumeLow = options.volumeId().getLeastSignificantBits();
            JournalReader reader = new JournalReader(segments, volumeLow, startSequence);
            long end = startSequence;
            while (reader.next()) {
                if (reader.hasCommitMark()) {
                    end = reader.end();
                }
            }
            String loss = null;
            if (!options.cleanStart() || end != startSequence) {
                loss = loss(segments, options, end, resource);
            }
            return new Journal(directory, options, segments, startSequence, end, loss);
        } catch (Throwable e) {
            try {
                segments.close();
            } catch (IOException second) {
                e.addSuppressed(second);
            }
            throw e;
        }
    }

    private static @Nullable String loss(JournalSegments segments, JournalOptions options, long end, String resource)
            throws IOException {
        try {
            JournalDamage.check(segments, options.volumeId().getLeastSignificantBits(), end, resource);
            return null;
        } catch (CorruptionException e) {
            if (!options.acceptLoss()) {
                throw e;
            }
            return e.getMessage();
        }
    }

    /**
     * What was lost: not null if it was opened although frames prove that the log had been committed beyond its end. It then
     * goes on at a position beyond all frames that are in the ring, so that none of them ever counts again once a checkpoint
     * starts there.
     *
     * @return what is wrong, or null
     */
    public @Nullable String loss() {
        return loss;
    }

    /**
     * Visits the records of all committed batches since the start it was opened with, as they were when it was opened.
     *
     * @param visitor receives them
     * @throws IllegalStateException if something was released since
     * @throws CorruptionException if the records contradict their framing
     * @throws IOException if reading fails, or what the visitor throws
     */
    public void replay(JournalVisitor visitor) throws IOException {
        lock.lock();
        try {
            if (tail.released() != start) {
                throw new IllegalStateException(
                        "replay after release: actual=" + tail.released() + " expected=" + start);
            }
        } finally {
            lock.unlock();
        }
        JournalReader reader = new JournalReader(segments, options.volumeId().getLeastSignificantBits(), start);
        JournalReplay.run(reader, replayEnd, visitor, resource);
    }

    /**
     * Checks that the chain of frames reaches from what was last released to what is durable. Called with the metadata lock
     * held, shared, so that nothing is released meanwhile.
     *
     * @return what is wrong, as "what: actual=… expected=…", or null if all is well
     * @throws IOException if reading fails
     */
    public @Nullable String check() throws IOException {
        long from;
        long to;
        lock.lock();
        try {
            from = tail.released();
            to = durable;
        } finally {
            lock.unlock();
        }
        JournalReader reader = new JournalReader(segments, options.volumeId().getLeastSignificantBits(), from);
        while (reader.end() < to) {
            if (!reader.next()) {
                return "end of the chain of frames: actual=" + reader.end() + " expected=" + to;
            }
        }
        return segments.problem(options.volumeId());
    }

    /**
     * The journal as messages name it.
     *
     * @return a path
     */
    public String description() {
        return resource;
    }

    /**
     * Whether {@link #append} would take a batch now.
     *
     * @param batch the batch
     * @return false if a checkpoint must release space before
     */
    public boolean hasRoom(JournalBatch batch) {
        lock.lock();
        try {
            return tail.hasRoom(batch);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Appends a batch in memory; it takes effect when a later {@link #commit} returns. Called with the metadata lock
     * held, so that the order of batches is the order of changes. Short: it copies, and writes without forcing when much
     * is buffered; the first one after opening forces.
     *
     * @param batch the records, unchanged by this; an empty one is no batch at all
     * @return the position behind it: it is durable as soon as {@link #sequence()} is not less
     * @throws JournalFullException if there is no room until a checkpoint; nothing was appended
     * @throws VolumeFailedException if a write or force failed, now or earlier
     * @throws IllegalArgumentException if a record is longer than a frame, or the batch than an empty journal
     */
    public long append(JournalBatch batch) throws IOException {
        if (batch.isOpen()) {
            throw new IllegalArgumentException("batch: actual=a record not ended expected=whole records");
        }
        lock.lock();
        try {
            requireUsable();
            if (batch.isEmpty()) {
                return tail.position();
            }
            if (!tail.isAcceptable(batch)) {
                throw new IllegalArgumentException("batch: actual=" + batch.lengthBytes() + " bytes, longest record "
                        + batch.longestRecordBytes() + " expected=what fits an empty journal");
            }
            if (!tail.hasRoom(batch)) {
                throw new JournalFullException(
                        resource, tail.neededBytes(batch.lengthBytes(), batch.longestRecordBytes()), tail.freeBytes());
            }
            return appendFitting(batch);
        } finally {
            lock.unlock();
        }
    }

    private long appendFitting(JournalBatch batch) throws VolumeFailedException {
        try {
            if (tail.startSession()) {
                durable = tail.position();
            }
            tail.append(batch, durable);
            return tail.position();
        } catch (Throwable e) {
            throw failed(e);
        }
    }

    /**
     * Makes durable everything appended before this call. One caller leads for all that wait: it marks the end of the
     * log, runs its {@code forceData}, writes the log up to the mark, and forces. If all is durable already, nothing is
     * forced.
     *
     * @param forceData makes durable the block data that the records point to; all of it that there is when it starts.
     *     Run only if this caller leads
     * @throws VolumeFailedException if a write or force failed, now or earlier, here or in the leader
     */
    public void commit(IoAction forceData) throws IOException {
        Frame last;
        CommitEvent event;
        lock.lock();
        try {
            long target = tail.position();
            while (leading && durable < target && failure == null) {
                commitEnded.awaitUninterruptibly();
            }
            requireUsable();
            if (durable >= target) {
                return;
            }
            event = FlightRecording.isOn() ? CommitEvent.begun(tail.batches(), tail.recordBytes()) : null;
            last = tail.cut();
            leading = true;
        } finally {
            lock.unlock();
        }
        lead(last, forceData, event);
    }

    private void lead(Frame last, IoAction forceData, @Nullable CommitEvent event) throws IOException {
        Throwable thrown = null;
        try {
            long started = System.nanoTime();
            forceData.run();
            long dataForced = System.nanoTime();
            // Only the leader changes what is durable, so it may be read here.
            segments.write(
                    last.sequence(), last.seal(sequence(), options.volumeId().getLeastSignificantBits(), true));
            segments.forceDirty();
            if (event != null) {
                event.dataForceNanos = dataForced - started;
                event.journalForceNanos = System.nanoTime() - dataForced;
            }
        } catch (Throwable e) {
            thrown = e;
        }
        lock.lock();
        try {
            leading = false;
            commitEnded.signalAll();
            if (thrown != null) {
                throw failed(thrown);
            }
            requireUsable();
            tail.giveBack(last);
            durable = last.end(true);
            commits++;
        } finally {
            lock.unlock();
        }
        if (event != null) {
            event.commit();
        }
    }

    /**
     * The position behind everything that is committed and durable. With the metadata lock held, right after a commit, it
     * is the start from which a checkpoint of the present state is to be replayed.
     *
     * @return a sequence
     */
    public long sequence() {
        lock.lock();
        try {
            return durable;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Gives back the space before a position, once a checkpoint that does not need it is durable.
     *
     * @param beforeSequence what {@link #sequence()} was for that checkpoint
     * @throws IllegalArgumentException if it is before what was released, or not yet durable
     */
    public void release(long beforeSequence) {
        lock.lock();
        try {
            if (beforeSequence < tail.released() || beforeSequence > durable) {
                throw new IllegalArgumentException(
                        "release: actual=" + beforeSequence + " expected=" + tail.released() + ".." + durable);
            }
            tail.release(beforeSequence);
        } finally {
            lock.unlock();
        }
    }

    /**
     * The room left; a batch takes some more than its length.
     *
     * @return the bytes that frames may still take
     */
    public long freeBytes() {
        lock.lock();
        try {
            return tail.freeBytes();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Whether it is time for a checkpoint.
     *
     * @return true if more than half of the journal is used
     */
    public boolean needsCheckpoint() {
        lock.lock();
        try {
            return tail.isHalfUsed();
        } finally {
            lock.unlock();
        }
    }

    /**
     * The space the journal takes on disk, which never changes.
     *
     * @return the size of all segments in bytes
     */
    public long sizeBytes() {
        JournalGeometry geometry = segments.geometry();
        return (long) geometry.segmentCount() * geometry.segmentBytes();
    }

    /**
     * How often the log was forced by {@link #commit} since it was opened; fewer than calls, as callers share.
     *
     * @return the number of group commits
     */
    public long commits() {
        lock.lock();
        try {
            return commits;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Closes the files, after a commit in progress. What was appended and not committed is gone. Closing again does
     * nothing.
     *
     * @throws IOException if the file system refuses
     */
    @Override
    public void close() throws IOException {
        lock.lock();
        try {
            while (leading) {
                commitEnded.awaitUninterruptibly();
            }
            if (closed) {
                return;
            }
            closed = true;
        } finally {
            lock.unlock();
        }
        segments.close();
    }

    private void requireUsable() throws IOException {
        if (failure != null) {
            throw new VolumeFailedException(
                    resource, "the journal takes nothing more since a write failed: " + failure, failure);
        }
        if (closed) {
            throw new VolumeFailedException(resource, "the journal is closed");
        }
        if (options.readOnly()) {
            throw new IllegalStateException(resource + ": open for reading only");
        }
    }

    /** Remembers the first failure, wakes all who wait, and says what to throw. */
    private VolumeFailedException failed(Throwable cause) {
        if (failure == null) {
            failure = cause;
        }
        commitEnded.signalAll();
        return new VolumeFailedException(resource, "writing the journal failed: " + cause, cause);
    }
}
