/** The binding to FUSE. */
@NullMarked
package io.github.livededup.examples.fusemount.fuse;

import org.jspecify.annotations.NullMarked;
