/** Benchmarks of the engine, on the real data of the JDK's own files. */
@NullMarked
package io.github.livededup.jmh;

import org.jspecify.annotations.NullMarked;
