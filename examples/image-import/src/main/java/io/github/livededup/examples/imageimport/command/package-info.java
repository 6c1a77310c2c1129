/** The subcommands. They use the public API of LiveDedup and nothing else of it. */
@NullMarked
package io.github.livededup.examples.imageimport.command;

import org.jspecify.annotations.NullMarked;
