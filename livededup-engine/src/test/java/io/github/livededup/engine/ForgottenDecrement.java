package io.github.livededup.engine;

import io.github.livededup.Volume;
import io.github.livededup.engine.crashkit.model.MirroredVolume;
import io.github.livededup.engine.metadata.MiscountedReferences;
import io.github.livededup.engine.store.StoreParts;
import java.io.IOException;
import java.lang.reflect.Field;

/**
 * Makes an open volume forget that a reference to a block was given up: its count is one higher than the references there
 * are, as if the decrement had been left out. Reaches into the volume, so that the engine needs no way to be wrong.
 */
public final class ForgottenDecrement {
    private ForgottenDecrement() {}

    /** Forgets one for a block; nobody else uses the volume meanwhile. */
    public static void of(long address, Volume volume) throws IOException {
        MiscountedReferences.addOne(parts(((MirroredVolume) volume).mirrored()).metadata(), address);
    }

    private static StoreParts parts(Volume volume) {
        try {
            Field field = EngineVolume.class.getDeclaredField("parts");
            field.setAccessible(true);
            return (StoreParts) field.get(volume);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }
}
