/** The file system's operations on tree, log and images. */
@NullMarked
package io.github.livededup.examples.fusemount.fs;

import org.jspecify.annotations.NullMarked;
