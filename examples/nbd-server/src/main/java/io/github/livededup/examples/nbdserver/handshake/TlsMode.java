package io.github.livededup.examples.nbdserver.handshake;

/** Whether clients go on in TLS. */
public enum TlsMode {
    /** They cannot. */
    OFF,
    /** They may. */
    ALLOWED,
    /** They get nothing before they do. */
    REQUIRED
}
