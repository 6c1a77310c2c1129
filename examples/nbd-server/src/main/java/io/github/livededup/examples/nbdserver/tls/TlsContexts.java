package io.github.livededup.examples.nbdserver.tls;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** Makes the context of TLS connections from files. */
public final class TlsContexts {
    private static final char[] NO_PASSWORD = {};

    private TlsContexts() {}

    /**
     * Reads a certificate and its key in the form PEM.
     *
     * @param certificates the certificate, and behind it those that sign it
     * @param key the private key, PKCS 8, not encrypted
     * @param clientAuthorities certificates of which one must have signed a client's; null if clients need none
     * @return the context
     * @throws IOException if a file cannot be read, or is not what it should be
     */
    public static SSLContext fromPem(Path certificates, Path key, @Nullable Path clientAuthorities) throws IOException {
        try {
            KeyStore store = emptyStore();
            List<Certificate> chain = PemFile.certificates(certificates);
            store.setKeyEntry("server", PemFile.privateKey(key), NO_PASSWORD, chain.toArray(new Certificate[0]));
            return context(store, NO_PASSWORD, clientAuthorities);
        } catch (GeneralSecurityException e) {
            throw new IOException("certificate " + certificates + ", key " + key + ": " + e.getMessage(), e);
        }
    }

    /**
     * Reads a certificate and its key from a PKCS 12 file.
     *
     * @param file the file
     * @param password its password
     * @param clientAuthorities certificates of which one must have signed a client's; null if clients need none
     * @return the context
     * @throws IOException if a file cannot be read, or is not what it should be
     */
    public static SSLContext fromKeyStore(Path file, char[] password, @Nullable Path clientAuthorities)
            throws IOException {
        try {
            return context(KeyStore.getInstance(file.toFile(), password), password, clientAuthorities);
        } catch (GeneralSecurityException e) {
            throw new IOException("key store " + file + ": " + e.getMessage(), e);
        }
    }

    private static SSLContext context(KeyStore store, char[] password, @Nullable Path clientAuthorities)
            throws IOException, GeneralSecurityException {
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, password);
        TrustManager[] trust = {};
        if (clientAuthorities != null) {
            KeyStore trusted = emptyStore();
            List<Certificate> authorities = PemFile.certificates(clientAuthorities);
            for (int i = 0; i < authorities.size(); i++) {
                trusted.setCertificateEntry("authority-" + i, authorities.get(i));
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(trusted);
            trust = factory.getTrustManagers();
        }
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust, null);
        return context;
    }

    private static KeyStore emptyStore() throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }
}
