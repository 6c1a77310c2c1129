package io.github.livededup.examples.nbdserver.transmission;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * A reply, ready to send.
 *
 * @param parts its bytes in order
 * @param isError whether it tells of a failure
 */
record Reply(List<ByteBuffer> parts, boolean isError) {}
