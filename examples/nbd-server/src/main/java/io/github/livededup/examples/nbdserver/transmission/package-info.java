/** The second phase of a connection: requests and replies. */
@NullMarked
package io.github.livededup.examples.nbdserver.transmission;

import org.jspecify.annotations.NullMarked;
