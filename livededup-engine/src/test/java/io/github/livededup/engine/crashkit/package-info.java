/**
 * Proves code on top of a volume against power cuts and failing disks: directories that record, lose and fail on demand, and
 * {@link io.github.livededup.engine.crashkit.CrashKit}, which makes what each cut would leave and compares it with a model.
 */
@NullMarked
package io.github.livededup.engine.crashkit;

import org.jspecify.annotations.NullMarked;
