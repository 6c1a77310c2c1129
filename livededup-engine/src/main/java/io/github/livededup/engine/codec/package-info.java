/** Compression of blocks. The only package that names LZ4. */
@NullMarked
package io.github.livededup.engine.codec;

import org.jspecify.annotations.NullMarked;
