/** The image-import example: a command-line program that keeps disk images in a LiveDedup volume. */
@NullMarked
package io.github.livededup.examples.imageimport;

import org.jspecify.annotations.NullMarked;
