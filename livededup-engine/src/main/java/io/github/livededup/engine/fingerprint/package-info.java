/** Fingerprints of blocks: SHA-256, BLAKE3 and XXH3-128 behind one interface. */
@NullMarked
package io.github.livededup.engine.fingerprint;

import org.jspecify.annotations.NullMarked;
