/** Other stores of content-addressed blocks, measured in the same run; compiled with the Maven profile {@code peers} only. */
@NullMarked
package io.github.livededup.jmh.peers;

import org.jspecify.annotations.NullMarked;
