/**
 * The ordered metadata journal: logical redo records since the last checkpoint, appended in batches, made durable by
 * group commit, replayed on open.
 */
@NullMarked
package io.github.livededup.engine.journal;

import org.jspecify.annotations.NullMarked;
