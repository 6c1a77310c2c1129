/** The command line: options, and the program behind them. */
@NullMarked
package io.github.livededup.examples.fusemount.cli;

import org.jspecify.annotations.NullMarked;
