package io.github.livededup.examples.fusemount.fs;

import io.github.livededup.examples.fusemount.tree.Inode;

/**
 * A directory entry.
 *
 * @param name its name
 * @param inode what it names
 */
public record Entry(String name, Inode inode) {}
