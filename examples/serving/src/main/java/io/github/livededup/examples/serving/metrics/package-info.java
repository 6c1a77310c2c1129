/** What is counted and timed, and the file that tells it. */
@NullMarked
package io.github.livededup.examples.serving.metrics;

import org.jspecify.annotations.NullMarked;
