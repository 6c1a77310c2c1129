package io.github.livededup.engine.journal;

import io.github.livededup.engine.format.JournalLayout;

/**
 * Where positions of the log are. The log is endless; position {@code p} is at {@code p mod capacity} in the ring that
 * the segments form without their headers.
 *
 * @param segmentCount the number of segments
 * @param segmentBytes the size of each, header included
 */
record JournalGeometry(int segmentCount, int segmentBytes) {
    /** Room for frames in a segment. */
    int usableBytes() {
        return segmentBytes - JournalLayout.SEGMENT_HEADER_BYTES;
    }

    /** Room for frames in all segments. */
    long capacityBytes() {
        return (long) usableBytes() * segmentCount;
    }

    /** The segment that holds a position. */
    int segment(long position) {
        return (int) (position / usableBytes() % segmentCount);
    }

    /** Where a position is in the file of its segment. */
    long offsetBytes(long position) {
        return JournalLayout.SEGMENT_HEADER_BYTES + position % usableBytes();
    }

    /** The bytes from a position to the end of its segment, at least 1. */
    int roomBytes(long position) {
        return (int) (usableBytes() - position % usableBytes());
    }

    /** The start of the segment after the one that holds a position. */
    long nextSegment(long position) {
        return position + roomBytes(position);
    }

    /** How far one position is behind another in the ring, from 0 to the capacity, less 1. */
    long distanceBytes(long from, long to) {
        return Math.floorMod(to - from, capacityBytes());
    }
}
