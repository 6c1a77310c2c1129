/**
 * Arithmetic shared by all layers.
 */
@NullMarked
package io.github.livededup.engine.util;

import org.jspecify.annotations.NullMarked;
