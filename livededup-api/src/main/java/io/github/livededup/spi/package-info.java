/**
 * The hook by which an engine offers itself to {@link io.github.livededup.LiveDedup}; not for applications.
 *
 * @since 0.1.0
 */
@NullMarked
package io.github.livededup.spi;

import org.jspecify.annotations.NullMarked;
