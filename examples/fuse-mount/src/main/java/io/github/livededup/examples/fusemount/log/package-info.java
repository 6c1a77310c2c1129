/** The tree's log: checksummed records in an image of the volume, read again when it is mounted. */
@NullMarked
package io.github.livededup.examples.fusemount.log;

import org.jspecify.annotations.NullMarked;
