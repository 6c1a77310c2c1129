/** The command line: options, starting, stopping. */
@NullMarked
package io.github.livededup.examples.fusemount.cli;

import org.jspecify.annotations.NullMarked;
