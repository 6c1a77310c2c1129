package io.github.livededup.engine.badinput;

import io.github.livededup.engine.fuzz.Examination;
import io.github.livededup.engine.fuzz.Examination.Result;
import io.github.livededup.engine.fuzz.MemorySpecimen;
import io.github.livededup.engine.fuzz.VolumeBytes;
import java.util.function.Consumer;

/**
 * Damage done by hand to a volume in memory.
 *
 * @param what which structure, which field
 * @param how what is done to it
 * @param isCrashed whether to a crashed volume, or to one that was closed
 * @param isForged whether checksums were made right afterwards
 * @param damage does it
 */
record DamageCase(String what, String how, boolean isCrashed, boolean isForged, Consumer<VolumeBytes> damage) {
    /** The line of the table of stated outcomes that the case belongs to. */
    String line() {
        return (isCrashed ? "crashed | " : "closed | ") + what + (isForged ? " | sealed" : " | plain");
    }

    Result examine(MemorySpecimen specimen) {
        VolumeBytes copy = (isCrashed ? specimen.crashed : specimen.closed).copy();
        damage.accept(copy);
        return isCrashed
                ? Examination.ofCrashed(specimen, copy, isForged)
                : Examination.ofClosed(specimen, copy, isForged);
    }
}
