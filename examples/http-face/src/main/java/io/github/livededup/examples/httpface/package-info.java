/** The images of a volume over HTTP. */
@NullMarked
package io.github.livededup.examples.httpface;

import org.jspecify.annotations.NullMarked;
