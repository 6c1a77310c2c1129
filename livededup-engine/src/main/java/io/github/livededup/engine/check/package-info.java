/**
 * Verification of everything a volume holds; it reports and never repairs.
 */
@NullMarked
package io.github.livededup.engine.check;

import org.jspecify.annotations.NullMarked;
