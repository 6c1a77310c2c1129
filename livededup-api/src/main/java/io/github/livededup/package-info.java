/**
 * LiveDedup: live deduplication storage for virtual machine images and other block data.
 *
 * <p>Start at {@link io.github.livededup.LiveDedup}. A {@link io.github.livededup.Volume} holds a {@link
 * io.github.livededup.BlockStore} (every distinct block once) and an {@link io.github.livededup.ImageStore} (named
 * virtual disks made of those blocks).
 *
 * <p>Unless a type says otherwise, every method is safe for use by many threads at once, {@code null} is never accepted
 * nor returned but where {@code @Nullable} says so, and sizes and positions are bytes. Checked failures that a caller may
 * want to tell apart are a {@link io.github.livededup.LiveDedupException}; what else the file system refuses, or a channel or
 * listener of the caller's throws, is another {@link java.io.IOException}.
 *
 * @since 0.1.0
 */
@NullMarked
package io.github.livededup;

import org.jspecify.annotations.NullMarked;
