package io.github.livededup.engine.metadata;

import io.github.livededup.CorruptionException;
import io.github.livededup.engine.format.Bytes;
import java.io.IOException;

/** Turns pages of a map into addresses. */
final class MapScan implements TreeScan.Visitor {
    private final MapVisitor visitor;
    private final long[] addresses = new long[ImageMap.BLOCKS_PER_PAGE];

    MapScan(MapVisitor visitor) {
        this.visitor = visitor;
    }

    @Override
    public boolean leaf(Page leaf, long firstRecord) throws IOException {
        for (int i = 0; i < addresses.length; i++) {
            addresses[i] = Bytes.longAt(leaf.data, leaf.recordOffset(i));
        }
        return visitor.blocks(firstRecord, addresses, addresses.length);
    }

    @Override
    public boolean lost(long firstRecord, long records, CorruptionException cause) throws IOException {
        return visitor.lost(firstRecord, records, cause);
    }
}
