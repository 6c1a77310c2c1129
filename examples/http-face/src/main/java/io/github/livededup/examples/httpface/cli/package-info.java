/** The command line: options, and the program behind them. */
@NullMarked
package io.github.livededup.examples.httpface.cli;

import org.jspecify.annotations.NullMarked;
