package io.github.livededup;

import java.time.Duration;
import java.util.OptionalLong;

/**
 * How far a long operation is.
 *
 * @param operation what is done, such as "import"
 * @param subject what it is done to, such as an image name
 * @param bytesDone logical bytes passed, holes included
 * @param bytesTotal logical bytes in all, or -1 if not known
 * @param newBlocks blocks that had to be stored so far
 * @param duplicateBlocks blocks found stored already so far
 * @param zeroBlocks blocks of zeros (and holes) so far
 * @param elapsed time since the start
 * @since 0.1.0
 */
public record Progress(
        String operation,
        String subject,
        long bytesDone,
        long bytesTotal,
        long newBlocks,
        long duplicateBlocks,
        long zeroBlocks,
        Duration elapsed) {
    /**
     * The mean rate so far.
     *
     * @return logical bytes a second, 0 at the very start
     */
    public double bytesPerSecond() {
        long nanos = elapsed.toNanos();
        return nanos <= 0 ? 0 : bytesDone * 1e9 / nanos;
    }

    /**
     * The bytes in all, if known.
     *
     * @return the total
     */
    public OptionalLong total() {
        return bytesTotal < 0 ? OptionalLong.empty() : OptionalLong.of(bytesTotal);
    }
}
