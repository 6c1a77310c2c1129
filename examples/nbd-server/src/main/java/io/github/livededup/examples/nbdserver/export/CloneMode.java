package io.github.livededup.examples.nbdserver.export;

/** Whether a client may ask for a clone, and what becomes of it. */
public enum CloneMode {
    /** Nobody gets one. */
    OFF,
    /** It is deleted when its client has gone. */
    DELETE,
    /** It stays, as an image like the others. */
    KEEP
}
