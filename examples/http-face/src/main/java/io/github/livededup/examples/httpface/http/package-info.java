/** Requests and answers. */
@NullMarked
package io.github.livededup.examples.httpface.http;

import org.jspecify.annotations.NullMarked;
