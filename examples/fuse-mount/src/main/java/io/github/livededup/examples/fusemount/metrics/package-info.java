/** What is counted and timed. */
@NullMarked
package io.github.livededup.examples.fusemount.metrics;

import org.jspecify.annotations.NullMarked;
