/** Keys and certificates from files. */
@NullMarked
package io.github.livededup.examples.nbdserver.tls;

import org.jspecify.annotations.NullMarked;
