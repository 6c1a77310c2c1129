package io.github.livededup.engine.store;

import java.lang.invoke.VarHandle;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * The metadata lock. Maps, catalogue and reference counts are read under its shared side and changed under its exclusive one; short reads of what
 * is in memory go without it: whoever reads so remembers the {@link #version}, and believes what it read only if that is
 * {@linkplain #isUnchanged still the same} afterwards (a sequence lock, as of the Linux kernel). So reads of blocks, which are many and short, do not meet
 * at the lock's counter, nor wait for a checkpoint's disk.
 */
final class MetadataLock {
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
    private final Lock exclusive = new Changing(lock);
    /** Odd while somebody changes something. Written by whoever holds the lock exclusively. */
    private final AtomicLong version = new AtomicLong();

    /**
     * For reading.
     *
     * @return the shared side
     */
    Lock shared() {
        return lock.readLock();
    }

    /**
     * For changing metadata. What is read meanwhile without the lock is void.
     *
     * @return the exclusive side; whoever holds {@link #still} may take it as well
     */
    Lock exclusive() {
        return exclusive;
    }

    /**
     * For keeping others from changing or loading anything, and changing nothing that is read without the lock: such reads go on.
     *
     * @return the exclusive side
     */
    Lock still() {
        return lock.writeLock();
    }

    /**
     * The state of the metadata, before it is read without the lock.
     *
     * @return for {@link #isUnchanged}
     */
    long version() {
        return version.get();
    }

    /**
     * Whether what was read without the lock is what was there.
     *
     * @param before the {@link #version} before that
     * @return false if something was changed meanwhile, or was being changed: what was read may be anything then
     */
    boolean isUnchanged(long before) {
        VarHandle.acquireFence(); // what was read stays before this
        return (before & 1) == 0 && version.get() == before;
    }

    /** The exclusive side of the lock, which tells readers without a lock of changes. */
    private final class Changing extends ReentrantReadWriteLock.WriteLock {
        private static final long serialVersionUID = 1L;

        /** How often its holder took it; guarded by the lock. */
        private int holds;

        Changing(ReentrantReadWriteLock lock) {
            super(lock);
        }

        private void begin() {
            if (holds++ == 0) {
                version.incrementAndGet();
                VarHandle.storeStoreFence(); // what is changed stays behind it
            }
        }

        @Override
        public void lock() {
            super.lock();
            begin();
        }

        @Override
        public void lockInterruptibly() throws InterruptedException {
            super.lockInterruptibly();
            begin();
        }

        @Override
        public boolean tryLock() {
            boolean locked = super.tryLock();
            if (locked) {
                begin();
            }
            return locked;
        }

        @Override
        public boolean tryLock(long timeout, TimeUnit unit) throws InterruptedException {
            boolean locked = super.tryLock(timeout, unit);
            if (locked) {
                begin();
            }
            return locked;
        }

        @Override
        public void unlock() {
            if (!isHeldByCurrentThread() || holds == 0) {
                throw new IllegalMonitorStateException("metadata lock: unlock without lock");
            }
            if (--holds == 0) {
                version.incrementAndGet(); // what was changed stays before this
            }
            super.unlock();
        }
    }
}
