package io.github.livededup.examples.nbdserver.handshake;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/** Whether and how a server speaks TLS. */
public final class TlsPolicy {
    /** No TLS. */
    public static final TlsPolicy NONE = new TlsPolicy(TlsMode.OFF, null, false);

    private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

    private final TlsMode mode;
    private final @Nullable SSLContext context;
    private final boolean needsClientCertificate;

    /**
     * Makes the policy.
     *
     * @param mode whether clients go on in TLS
     * @param context keys and trust; null only if the mode is {@link TlsMode#OFF}
     * @param needsClientCertificate whether clients must show a certificate that the context trusts
     */
    public TlsPolicy(TlsMode mode, @Nullable SSLContext context, boolean needsClientCertificate) {
        if ((mode == TlsMode.OFF) != (context == null)) {
            throw new IllegalArgumentException("TLS context: actual=" + context + " expected=one unless off");
        }
        this.mode = mode;
        this.context = context;
        this.needsClientCertificate = needsClientCertificate;
    }

    TlsMode mode() {
        return mode;
    }

    SSLEngine newEngine() {
        if (context == null) {
            throw new IllegalStateException("TLS is off");
        }
        SSLEngine engine = context.createSSLEngine();
        engine.setUseClientMode(false);
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setProtocols(PROTOCOLS);
        parameters.setNeedClientAuth(needsClientCertificate);
        engine.setSSLParameters(parameters);
        return engine;
    }
}
