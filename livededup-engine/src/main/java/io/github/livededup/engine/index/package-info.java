/**
 * The fingerprint index: an in-memory filter that names block groups, and one partition per group that names the slot.
 *
 * <p>All of it is derived state. A hit counts only after the group's own table confirmed it, and everything in the
 * {@code index/} folder may be deleted at any time. The only package that names Chronicle Map.
 */
@NullMarked
package io.github.livededup.engine.index;

import org.jspecify.annotations.NullMarked;
