package io.github.livededup.engine.io.disk;

/** The same on a JVM or system where the POSIX binding does not load. */
class DiskDirectoryWithoutSystemCallsTest extends DiskDirectoryTest {
    @Override
    SystemCalls calls() {
        return SystemCalls.NONE;
    }
}
