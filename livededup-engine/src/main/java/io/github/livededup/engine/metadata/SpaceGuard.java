package io.github.livededup.engine.metadata;

import io.github.livededup.VolumeFullException;

/** Asked before {@code metadata.dat} takes space, so that the volume's maximum size can be kept. */
@FunctionalInterface
public interface SpaceGuard {
    /** Allows everything. */
    SpaceGuard UNLIMITED = additionalBytes -> {};

    /**
     * Asks for space.
     *
     * @param additionalBytes how much the file is to take on top of what it has
     * @throws VolumeFullException if the volume may not take that much
     */
    void claim(long additionalBytes) throws VolumeFullException;
}
