package io.github.livededup.engine.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import org.junit.jupiter.api.Test;

/** What readers without the lock are told of changes. */
class MetadataLockTest {
    private final MetadataLock lock = new MetadataLock();
    private final Lock exclusive = lock.exclusive();

    @Test
    void whatIsReadWhileNothingChangesIsBelieved() {
        long version = lock.version();
        assertThat(lock.isUnchanged(version)).isTrue();
        lock.shared().lock();
        assertThat(lock.isUnchanged(version)).isTrue();
        lock.shared().unlock();
        assertThat(lock.isUnchanged(version)).isTrue();
    }

    @Test
    void whatIsReadBeforeDuringAndAfterAChangeIsNot() {
        long before = lock.version();
        exclusive.lock();
        long during = lock.version();
        assertThat(lock.isUnchanged(before)).as("read before, believed during").isFalse();
        assertThat(lock.isUnchanged(during)).as("read and believed during").isFalse();
        exclusive.unlock();
        assertThat(lock.isUnchanged(before)).as("read before, believed after").isFalse();
        assertThat(lock.isUnchanged(during)).as("read during, believed after").isFalse();
        assertThat(lock.isUnchanged(lock.version())).as("all after").isTrue();
    }

    @Test
    void aChangeWithinAChangeDoesNotEndIt() {
        exclusive.lock();
        exclusive.lock();
        exclusive.unlock();
        assertThat(lock.isUnchanged(lock.version())).isFalse();
        exclusive.unlock();
        assertThat(lock.isUnchanged(lock.version())).isTrue();
    }

    @Test
    void holdingStillChangesNothingButAChangeWithinDoes() {
        long version = lock.version();
        lock.still().lock();
        assertThat(lock.isUnchanged(version)).isTrue();
        exclusive.lock();
        assertThat(lock.isUnchanged(lock.version())).isFalse();
        exclusive.unlock();
        assertThat(lock.isUnchanged(lock.version())).isTrue();
        assertThat(lock.isUnchanged(version)).isFalse();
        lock.still().unlock();
    }

    @Test
    void everyWayToTakeItTellsOfAChange() throws InterruptedException {
        long version = lock.version();
        assertThat(exclusive.tryLock()).isTrue();
        assertThat(lock.isUnchanged(lock.version())).isFalse();
        exclusive.unlock();
        assertThat(exclusive.tryLock(1, TimeUnit.SECONDS)).isTrue();
        assertThat(lock.isUnchanged(lock.version())).isFalse();
        exclusive.unlock();
        exclusive.lockInterruptibly();
        assertThat(lock.isUnchanged(lock.version())).isFalse();
        exclusive.unlock();
        assertThat(lock.isUnchanged(lock.version())).isTrue();
        assertThat(lock.isUnchanged(version)).isFalse();
    }

    @Test
    void atATryThatFailsNothingIsToldOf() throws Exception {
        lock.still().lock();
        long version = lock.version();
        Thread other = new Thread(() -> {
            assertThat(exclusive.tryLock()).isFalse();
            exclusive.unlock();
        });
        Throwable[] thrown = new Throwable[1];
        other.setUncaughtExceptionHandler((thread, e) -> thrown[0] = e);
        other.start();
        other.join();
        assertThat(thrown[0]).isInstanceOf(IllegalMonitorStateException.class);
        assertThat(lock.isUnchanged(version)).isTrue();
        assertThatThrownBy(exclusive::unlock).as("held still only").isInstanceOf(IllegalMonitorStateException.class);
        assertThat(lock.isUnchanged(version)).isTrue();
        lock.still().unlock();
    }
}
