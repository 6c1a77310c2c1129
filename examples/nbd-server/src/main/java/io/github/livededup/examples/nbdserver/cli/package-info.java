/** The command line: options, starting, stopping. */
@NullMarked
package io.github.livededup.examples.nbdserver.cli;

import org.jspecify.annotations.NullMarked;
