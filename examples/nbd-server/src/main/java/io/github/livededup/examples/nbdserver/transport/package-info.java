/** Bytes in and out of a connection: sockets, TLS, buffers, and how long nothing moved. */
@NullMarked
package io.github.livededup.examples.nbdserver.transport;

import org.jspecify.annotations.NullMarked;
