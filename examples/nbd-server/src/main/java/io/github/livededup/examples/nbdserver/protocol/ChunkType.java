package io.github.livededup.examples.nbdserver.protocol;

/** The kinds of chunks of a structured reply. */
public final class ChunkType {
    /** The flag of the last chunk. */
    public static final int FLAG_DONE = 1;

    /** Nothing; always the last. */
    public static final int NONE = 0;
    /** Bytes at an offset. */
    public static final int OFFSET_DATA = 1;
    /** Zeros at an offset. */
    public static final int OFFSET_HOLE = 2;
    /** Extents of a metadata context. */
    public static final int BLOCK_STATUS = 5;
    /** An error of the whole request. */
    public static final int ERROR = 0x8001;

    private ChunkType() {}
}
