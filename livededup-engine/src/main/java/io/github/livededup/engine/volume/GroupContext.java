package io.github.livededup.engine.volume;

/**
 * What all groups of a volume share.
 *
 * @param file the file they lie in
 * @param geometry the sizes
 * @param space the bytes they take
 * @param residency the resident part of their mappings
 * @param buffers append buffers not in use
 * @param chunks memory of open groups' tables
 */
record GroupContext(
        BlockFile file,
        VolumeGeometry geometry,
        Space space,
        Residency residency,
        AppendBuffers buffers,
        TableChunks chunks) {}
