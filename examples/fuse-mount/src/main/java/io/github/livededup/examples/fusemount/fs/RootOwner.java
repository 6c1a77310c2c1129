package io.github.livededup.examples.fusemount.fs;

/**
 * Who gets the root of a fresh mount, and the files of images that other programs made.
 *
 * @param uid the owner
 * @param gid the group
 * @param directoryPermissions of the root
 * @param filePermissions of the files
 */
public record RootOwner(int uid, int gid, int directoryPermissions, int filePermissions) {}
