/**
 * Keep-alive guard and failure latch: closing waits for calls in flight; the first failed write ends all writing.
 */
@NullMarked
package io.github.livededup.engine.lifecycle;

import org.jspecify.annotations.NullMarked;
