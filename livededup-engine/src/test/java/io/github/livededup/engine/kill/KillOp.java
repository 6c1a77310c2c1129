package io.github.livededup.engine.kill;

/**
 * One call of a child.
 *
 * @param kind what it does
 * @param name the image, or "" if it is about the block store
 * @param other the new name of a rename, of a snapshot or a clone, else ""
 * @param first the first block
 * @param ids the blocks; for those kinds that only have a number of blocks, as many zeros
 */
record KillOp(Kind kind, String name, String other, int first, long[] ids) {
    enum Kind {
        CREATE,
        WRITE,
        DISCARD,
        RESIZE,
        RENAME,
        SNAPSHOT,
        CLONE,
        DELETE,
        IMPORT,
        PUT,
        RELEASE,
        COMMIT,
        COMPACT
    }
}
