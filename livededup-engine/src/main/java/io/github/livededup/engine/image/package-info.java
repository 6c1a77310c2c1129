/**
 * Images over blocks: positional reads and writes, import and export pipelines, data/hole maps, statistics.
 */
@NullMarked
package io.github.livededup.engine.image;

import org.jspecify.annotations.NullMarked;
