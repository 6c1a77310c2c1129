/** What is counted and timed. */
@NullMarked
package io.github.livededup.examples.nbdserver.metrics;

import org.jspecify.annotations.NullMarked;
