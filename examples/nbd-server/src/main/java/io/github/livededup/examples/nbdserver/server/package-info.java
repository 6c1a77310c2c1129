/** Listening, and connections as a whole. */
@NullMarked
package io.github.livededup.examples.nbdserver.server;

import org.jspecify.annotations.NullMarked;
