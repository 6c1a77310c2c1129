package io.github.livededup.examples.nbdserver.transmission;

import io.github.livededup.InvalidArgumentException;
import io.github.livededup.ReadOnlyException;
import io.github.livededup.VolumeClosedException;
import io.github.livededup.VolumeFullException;
import io.github.livededup.examples.nbdserver.protocol.NbdError;

/** What a client is told of an exception. */
final class Failures {
    private Failures() {}

    /** The number for a failure: damage, a failed volume, a deleted image and what nobody expected are EIO. */
    static NbdError errorOf(Throwable failure) {
        if (failure instanceof VolumeFullException) {
            return NbdError.ENOSPC;
        }
        if (failure instanceof ReadOnlyException) {
            return NbdError.EPERM;
        }
        if (failure instanceof InvalidArgumentException) {
            return NbdError.EINVAL;
        }
        if (failure instanceof VolumeClosedException) {
            return NbdError.ESHUTDOWN;
        }
        return failure instanceof OutOfMemoryError ? NbdError.ENOMEM : NbdError.EIO;
    }
}
