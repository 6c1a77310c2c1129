/** Makes block-aligned archives of real files, and compares files; independent of LiveDedup. */
@NullMarked
package io.github.livededup.examples.imageimport.demo;

import org.jspecify.annotations.NullMarked;
