/** The tree of names and inodes in memory, and the changes that make it. */
@NullMarked
package io.github.livededup.examples.fusemount.tree;

import org.jspecify.annotations.NullMarked;
