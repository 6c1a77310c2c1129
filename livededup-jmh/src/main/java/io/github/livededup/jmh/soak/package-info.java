/** Mixed load on one volume for as long as you like, with memory, files and threads watched and content compared with a model. */
@NullMarked
package io.github.livededup.jmh.soak;

import org.jspecify.annotations.NullMarked;
