package io.github.livededup.engine.repair;

import io.github.livededup.CorruptionException;
import io.github.livededup.Image;
import io.github.livededup.SalvageReport;
import io.github.livededup.engine.metadata.ImageMap;
import io.github.livededup.engine.metadata.MapVisitor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Copies one image: block by block what can be read, in order; what cannot be read stays a hole and is noted. */
final class SalvageCopy implements MapVisitor {
    /** A window of an image's blocks: those of a page of its map. */
    private static final int WINDOW = ImageMap.BLOCKS_PER_PAGE;

    private static final int RUN_BLOCKS = 64;
    /** In a window, stands for a block of which nothing is known. */
    private static final long UNKNOWN = -1;

    /** Asked between windows. */
    interface Check {
        /** Goes on or stops, by throwing. */
        void check(long copiedBytes) throws IOException;
    }

    private final SalvagedImage image;
    private final SalvagedBlocks blocks;
    private final Image target;
    private final LostRanges lost;
    private final Check check;
    private final int blockSizeBytes;
    private final long endBlock;
    private final ByteBuffer run;
    private final long[] window = new long[WINDOW];
    private long runFirst;
    private int runCount;
    private long copiedBytes;
    /** The window to come. */
    private long nextBlock;

    private String lostMessage = "block address: actual=-1 expected=of a block";

    SalvageCopy(
            SalvagedImage image,
            SalvagedBlocks blocks,
            Image target,
            LostRanges lost,
            int blockSizeBytes,
            Check check) {
        this.image = image;
        this.blocks = blocks;
        this.target = target;
        this.lost = lost;
        this.check = check;
        this.blockSizeBytes = blockSizeBytes;
        endBlock = image.sizeBytes / blockSizeBytes + (image.sizeBytes % blockSizeBytes == 0 ? 0 : 1);
        run = ByteBuffer.allocateDirect(RUN_BLOCKS * blockSizeBytes);
    }

    @Override
    public boolean blocks(long firstBlock, long[] addresses, int count) throws IOException {
        journaledUpTo(firstBlock);
        if (firstBlock >= endBlock) {
            return false;
        }
        System.arraycopy(addresses, 0, window, 0, WINDOW);
        copyWindow(firstBlock);
        return true;
    }

    @Override
    public boolean lost(long firstBlock, long count, CorruptionException cause) throws IOException {
        journaledUpTo(firstBlock);
        long end = Math.min(endBlock, firstBlock + Math.max(0, count));
        lostMessage = String.valueOf(cause.getMessage());
        while (nextBlock < end) {
            long journaled = image.overlay.next(nextBlock, true) / WINDOW * WINDOW;
            long from = Math.min(end, Math.max(nextBlock, journaled));
            loseBlocks(nextBlock, from - nextBlock);
            nextBlock = from;
            if (from < end) {
                Arrays.fill(window, UNKNOWN);
                copyWindow(from);
            }
        }
        return nextBlock < endBlock;
    }

    /** Copies what only the journal knows, below a block. */
    private void journaledUpTo(long block) throws IOException {
        while (true) {
            long journaled = image.overlay.next(nextBlock, false);
            if (journaled >= Math.min(block, endBlock)) {
                nextBlock = Math.max(nextBlock, block);
                return;
            }
            Arrays.fill(window, 0);
            copyWindow(journaled / WINDOW * WINDOW);
        }
    }

    /** Copies what the journal knows behind the last page of the map, and what is still to be written. */
    void finish() throws IOException {
        journaledUpTo(Long.MAX_VALUE);
        writeRun();
    }

    private void copyWindow(long firstBlock) throws IOException {
        check.check(copiedBytes);
        image.overlay.apply(firstBlock, window, WINDOW);
        nextBlock = firstBlock + WINDOW;
        for (int i = 0; i < WINDOW && firstBlock + i < endBlock; i++) {
            if (window[i] == UNKNOWN) {
                loseBlocks(firstBlock + i, 1);
            } else if (window[i] != 0) {
                copyBlock(firstBlock + i, window[i]);
            }
        }
    }

    private void copyBlock(long block, long address) throws IOException {
        if (runCount > 0 && (runCount == RUN_BLOCKS || runFirst + runCount != block)) {
            writeRun();
        }
        if (runCount == 0) {
            runFirst = block;
        }
        if (blocks.read(address, run, runCount * blockSizeBytes)) {
            runCount++;
        } else {
            lose(block, 1, blocks.cause(), blocks.problem());
        }
    }

    private void writeRun() throws IOException {
        if (runCount > 0) {
            long position = runFirst * blockSizeBytes;
            int length = (int) Math.min((long) runCount * blockSizeBytes, image.sizeBytes - position);
            target.write(run.clear().limit(length), position);
            run.clear();
            copiedBytes += length;
            runCount = 0;
        }
    }

    private void loseBlocks(long firstBlock, long count) {
        lose(firstBlock, count, SalvageReport.Cause.MAP, lostMessage);
    }

    private void lose(long firstBlock, long count, SalvageReport.Cause cause, String message) {
        long from = firstBlock * blockSizeBytes;
        long to = Math.min(image.sizeBytes, (firstBlock + count) * blockSizeBytes);
        lost.add(from, to - from, cause, message);
    }

    long copiedBytes() {
        return copiedBytes;
    }
}
