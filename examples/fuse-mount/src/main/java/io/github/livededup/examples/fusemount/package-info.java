/** The fuse-mount example: mounts a LiveDedup volume as a POSIX file system. */
@NullMarked
package io.github.livededup.examples.fusemount;

import org.jspecify.annotations.NullMarked;
