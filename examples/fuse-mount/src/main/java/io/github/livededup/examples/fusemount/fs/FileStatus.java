package io.github.livededup.examples.fusemount.fs;

import io.github.livededup.examples.fusemount.tree.Attributes;

/**
 * What {@code stat} tells.
 *
 * @param inode the inode's number
 * @param attributes mode, owner and times
 * @param linkCount its names
 * @param sizeBytes its size
 * @param storedBytes what it takes, before deduplication and compression
 */
public record FileStatus(long inode, Attributes attributes, int linkCount, long sizeBytes, long storedBytes) {}
