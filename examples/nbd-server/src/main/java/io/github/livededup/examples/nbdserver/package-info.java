/** The nbd-server example: serves the images of a LiveDedup volume as network block devices. */
@NullMarked
package io.github.livededup.examples.nbdserver;

import org.jspecify.annotations.NullMarked;
