/**
 * What all layers share.
 */
@NullMarked
package io.github.livededup.engine.util;

import org.jspecify.annotations.NullMarked;
