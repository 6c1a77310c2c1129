/** The command line: options that programs have in common, starting, stopping, failures, the log. */
@NullMarked
package io.github.livededup.examples.serving.cli;

import org.jspecify.annotations.NullMarked;
