/** The first phase of a connection: options, until the client has chosen an export. */
@NullMarked
package io.github.livededup.examples.nbdserver.handshake;

import org.jspecify.annotations.NullMarked;
