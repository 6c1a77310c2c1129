/** What the program says and how: sizes, tables, JSON, progress, errors. Knows nothing of the commands. */
@NullMarked
package io.github.livededup.examples.imageimport.console;

import org.jspecify.annotations.NullMarked;
