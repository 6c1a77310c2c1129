/**
 * The superblock: which checkpoint holds. Writing it is the instant at which a checkpoint becomes the volume's state.
 */
@NullMarked
package io.github.livededup.engine.metadata.superblock;

import org.jspecify.annotations.NullMarked;
