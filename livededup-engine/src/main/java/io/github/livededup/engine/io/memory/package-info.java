/**
 * A volume's directory in memory, for tests and the crash simulator.
 */
@NullMarked
package io.github.livededup.engine.io.memory;

import org.jspecify.annotations.NullMarked;
