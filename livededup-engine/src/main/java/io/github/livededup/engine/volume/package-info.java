/**
 * Block groups in {@code blocks.dat}: stored blocks are appended to open groups, sealed with the fingerprint table beside
 * them, and read through read-only mappings.
 */
@NullMarked
package io.github.livededup.engine.volume;

import org.jspecify.annotations.NullMarked;
