package io.github.livededup.examples.nbdserver.transmission;

import io.github.livededup.Extent;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Tells zeros from data in what was read, by the image's blocks, so that long runs of zeros need not be sent. It looks at the
 * bytes, not at the image's map: the map may have changed since, and asking for it makes the image store what waits in memory.
 */
final class ZeroRuns {
    /** A shorter run is not worth a chunk of its own, unless it is everything. */
    private static final int MIN_HOLE_BYTES = 16 << 10;

    private static final ByteBuffer ZEROS = ByteBuffer.allocate(64 << 10).asReadOnlyBuffer();

    private final int blockSizeBytes;

    ZeroRuns(int blockSizeBytes) {
        this.blockSizeBytes = blockSizeBytes;
    }

    /** Splits what remains in a buffer, which is not empty; the runs are in order, and cover it. */
    List<Extent> split(ByteBuffer data, long offset, boolean inOnePiece) {
        if (inOnePiece) {
            boolean zero = isZero(data, data.position(), data.remaining());
            return List.of(new Extent(offset, data.remaining(), !zero));
        }
        List<Extent> runs = new ArrayList<>();
        int from = 0;
        while (from < data.remaining()) {
            int inBlock = (int) ((offset + from) % blockSizeBytes);
            int lengthBytes = Math.min(blockSizeBytes - inBlock, data.remaining() - from);
            boolean isData = !isZero(data, data.position() + from, lengthBytes);
            add(runs, new Extent(offset + from, lengthBytes, isData));
            from += lengthBytes;
        }
        dropShortHole(runs);
        return List.copyOf(runs);
    }

    /** Adds a block; where data begins, the hole before it is final, and may turn out to be too short. */
    private static void add(List<Extent> runs, Extent next) {
        if (!runs.isEmpty() && runs.get(runs.size() - 1).isData() != next.isData()) {
            if (next.isData()) {
                dropShortHole(runs);
            }
        }
        merge(runs, next);
    }

    private static void dropShortHole(List<Extent> runs) {
        Extent last = runs.get(runs.size() - 1);
        if (!last.isData() && last.lengthBytes() < MIN_HOLE_BYTES && runs.size() > 1) {
            runs.remove(runs.size() - 1);
            merge(runs, new Extent(last.positionBytes(), last.lengthBytes(), true));
        }
    }

    private static void merge(List<Extent> runs, Extent next) {
        Extent last = runs.isEmpty() ? null : runs.get(runs.size() - 1);
        if (last != null && last.isData() == next.isData()) {
            runs.set(
                    runs.size() - 1,
                    new Extent(last.positionBytes(), last.lengthBytes() + next.lengthBytes(), last.isData()));
        } else {
            runs.add(next);
        }
    }

    private static boolean isZero(ByteBuffer data, int position, int lengthBytes) {
        for (int from = 0; from < lengthBytes; from += ZEROS.capacity()) {
            int now = Math.min(lengthBytes - from, ZEROS.capacity());
            if (data.slice(position + from, now).mismatch(ZEROS.slice(0, now)) >= 0) {
                return false;
            }
        }
        return true;
    }
}
