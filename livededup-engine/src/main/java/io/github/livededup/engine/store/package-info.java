/**
 * The data path: blocks are prepared in parallel (zero test, fingerprint, lookup, compression), settled in order (exactly one
 * copy of each), read back and verified; commits and checkpoints.
 */
@NullMarked
package io.github.livededup.engine.store;

import org.jspecify.annotations.NullMarked;
