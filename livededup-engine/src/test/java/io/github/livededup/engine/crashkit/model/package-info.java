/** A volume of plain maps that does what the API says, and the history of its states, of which a crash may leave some. */
@NullMarked
package io.github.livededup.engine.crashkit.model;

import org.jspecify.annotations.NullMarked;
