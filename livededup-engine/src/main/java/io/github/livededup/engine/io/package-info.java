/**
 * The one seam to the file system: every file of a volume is opened, read, written, mapped, forced, allocated and
 * punched through it. Nothing else in the engine touches {@code java.nio.file} or {@code FileChannel}.
 */
@NullMarked
package io.github.livededup.engine.io;

import org.jspecify.annotations.NullMarked;
