/** A real volume of a terabyte, whose blocks compress to almost nothing. */
@NullMarked
package io.github.livededup.jmh.scale;

import org.jspecify.annotations.NullMarked;
