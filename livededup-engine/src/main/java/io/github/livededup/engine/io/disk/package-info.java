/**
 * Files on disk: a volume's directory and its lock, import sources and export targets. Operations survive interrupts of
 * their thread. Without the POSIX binding everything works, only with less knowledge of holes.
 */
@NullMarked
package io.github.livededup.engine.io.disk;

import org.jspecify.annotations.NullMarked;
