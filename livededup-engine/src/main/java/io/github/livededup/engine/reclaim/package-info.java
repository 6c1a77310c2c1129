/**
 * Compaction: which block groups are freed or rewritten, in which order, how fast, on demand and in the background.
 */
@NullMarked
package io.github.livededup.engine.reclaim;

import org.jspecify.annotations.NullMarked;
