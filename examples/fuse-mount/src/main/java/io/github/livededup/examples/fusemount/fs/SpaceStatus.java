package io.github.livededup.examples.fusemount.fs;

/**
 * What {@code statfs} tells.
 *
 * @param blockBytes the volume's block size
 * @param totalBytes what the volume takes and may still take
 * @param freeBytes what may still be written, if it is neither duplicate nor compressible
 * @param files inodes
 */
public record SpaceStatus(int blockBytes, long totalBytes, long freeBytes, long files) {}
