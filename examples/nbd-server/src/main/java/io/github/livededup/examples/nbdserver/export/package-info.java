/** Which images are offered, under which names, and what is opened for a connection. */
@NullMarked
package io.github.livededup.examples.nbdserver.export;

import org.jspecify.annotations.NullMarked;
