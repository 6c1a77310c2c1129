/** Documents in a volume: a small application, to show how one proves that it survives crashes. */
@NullMarked
package io.github.livededup.examples.documents;

import org.jspecify.annotations.NullMarked;
