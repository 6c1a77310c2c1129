/**
 * Byte layouts, versions, checksums and addresses; no I/O. {@code docs/FORMAT.md} is the normative text.
 */
@NullMarked
package io.github.livededup.engine.format;

import org.jspecify.annotations.NullMarked;
