package io.github.livededup.engine.volume;

import io.github.livededup.CorruptionException;
import io.github.livededup.engine.format.GroupHeader;
import io.github.livededup.engine.io.MappedRegion;
import io.github.livededup.engine.io.VolumeFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/** The mapping of one group's region, made at first use, when the group's header is checked as well. */
final class GroupMapping {
    private final VolumeFile file;
    private final VolumeGeometry geometry;
    private final int group;
    private final int region;
    private volatile @Nullable MappedRegion mapped;

    GroupMapping(VolumeFile file, VolumeGeometry geometry, int group, int region) {
        this.file = file;
        this.geometry = geometry;
        this.group = group;
        this.region = region;
    }

    /**
     * The mapped region; it may be shorter than a group if the file is. Called by readers in the gate, once the header is
     * in the file.
     */
    MappedRegion get() throws IOException {
        MappedRegion there = mapped;
        return there != null ? there : map();
    }

    ByteBuffer buffer() throws IOException {
        return get().buffer();
    }

    @Nullable
    MappedRegion ifMapped() {
        return mapped;
    }

    private synchronized MappedRegion map() throws IOException {
        MappedRegion there = mapped;
        if (there != null) {
            return there;
        }
        long start = geometry.regionStart(region);
        long length = Math.min(geometry.groupSizeBytes(), file.sizeBytes() - start);
        if (length < GroupHeader.SIZE_BYTES) {
            throw new CorruptionException(
                    file.description(),
                    "group " + group + ": file size: actual=" + file.sizeBytes() + " expected=more than " + start);
        }
        checkHeader(start);
        MappedRegion fresh = file.map(start, (int) length);
        mapped = fresh;
        return fresh;
    }

    private void checkHeader(long start) throws IOException {
        ByteBuffer header = ByteBuffer.allocate(GroupHeader.SIZE_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        file.read(header, start);
        String problem = GroupHeader.problem(header, 0, geometry.volumeId(), group, region, geometry.groupSizeBytes());
        if (problem != null) {
            throw new CorruptionException(file.description(), "group " + group + ": " + problem);
        }
    }

    /** Unmaps; when no reader is left and none can come. */
    synchronized void close() {
        MappedRegion there = mapped;
        if (there != null) {
            mapped = null;
            there.close();
        }
    }
}
