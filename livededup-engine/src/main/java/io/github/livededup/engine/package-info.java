/** The engine's composition: creates and opens volumes, closes them in reverse order; imported by nobody. */
@NullMarked
package io.github.livededup.engine;

import org.jspecify.annotations.NullMarked;
