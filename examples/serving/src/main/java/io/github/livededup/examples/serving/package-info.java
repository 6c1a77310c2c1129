/** What example programs share that have a volume open until they are asked to stop. */
@NullMarked
package io.github.livededup.examples.serving;

import org.jspecify.annotations.NullMarked;
