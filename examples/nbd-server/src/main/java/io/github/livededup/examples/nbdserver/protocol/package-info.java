/** The numbers of the NBD protocol; nothing here does anything with them. */
@NullMarked
package io.github.livededup.examples.nbdserver.protocol;

import org.jspecify.annotations.NullMarked;
