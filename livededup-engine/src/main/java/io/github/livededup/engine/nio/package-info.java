/**
 * The image store as a {@link java.nio.file.FileSystem}, scheme {@code livededup}, over the public API alone.
 *
 * <p>The tree is flat: "/" is the only directory, images and snapshots are the regular files in it. {@code
 * livededup:file:///path/of/volume!/image} names an image; a "!" in the volume's own path is written "%21".
 *
 * <p>{@code FileSystems.newFileSystem(URI, env)} opens a volume, {@code newFileSystem(Path, env)} as well if the path is a
 * volume's directory. Keys of {@code env}, all optional:
 *
 * <ul>
 *   <li>{@code "create"}: true to create the volume if its directory is absent or empty;
 *   <li>{@code "readOnly"}: true to refuse changes;
 *   <li>{@code "options"}: the {@link io.github.livededup.VolumeOptions} to open it with;
 *   <li>{@code "volume"}: an open {@link io.github.livededup.Volume} to be shown as a file system. Closing the file
 *       system then leaves the volume open; otherwise it closes it.
 * </ul>
 *
 * <p>A copy within a volume is a clone: it takes no time and no space. A move is a rename. Every {@link
 * java.io.IOException} is one that the JDK's contracts name where they name one; the rest are the API's own.
 */
@NullMarked
package io.github.livededup.engine.nio;

import org.jspecify.annotations.NullMarked;
