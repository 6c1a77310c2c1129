/**
 * Reading damaged volumes, to copy what is left of them, and repairing them.
 */
@NullMarked
package io.github.livededup.engine.repair;

import org.jspecify.annotations.NullMarked;
