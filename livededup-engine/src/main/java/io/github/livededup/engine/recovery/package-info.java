/**
 * Journal records applied to metadata and block groups, when they are made and when they are replayed.
 */
@NullMarked
package io.github.livededup.engine.recovery;

import org.jspecify.annotations.NullMarked;
