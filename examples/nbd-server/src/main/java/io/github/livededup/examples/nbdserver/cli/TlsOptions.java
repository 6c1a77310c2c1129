package io.github.livededup.examples.nbdserver.cli;

import io.github.livededup.examples.nbdserver.handshake.TlsMode;
import io.github.livededup.examples.nbdserver.handshake.TlsPolicy;
import io.github.livededup.examples.nbdserver.tls.TlsContexts;
import io.github.livededup.examples.serving.cli.UsageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Whether and how clients use TLS. */
final class TlsOptions {
    @Option(
            names = "--tls",
            paramLabel = "MODE",
            defaultValue = "off",
            description = "off (default), allowed, or required: then a client can do nothing before TLS.")
    TlsMode mode = TlsMode.OFF;

    @Option(names = "--tls-cert", paramLabel = "FILE", description = "The certificate (PEM), and those that sign it.")
    @Nullable
    Path certificate;

    @Option(names = "--tls-key", paramLabel = "FILE", description = "Its private key (PEM, PKCS 8, not encrypted).")
    @Nullable
    Path key;

    @Option(
            names = "--tls-keystore",
            paramLabel = "FILE",
            description = "Instead: certificate and key in a PKCS 12 file.")
    @Nullable
    Path keyStore;

    @Option(
            names = "--tls-password-file",
            paramLabel = "FILE",
            description = "A file whose first line is the key store's password.")
    @Nullable
    Path passwordFile;

    @Option(
            names = "--tls-client-ca",
            paramLabel = "FILE",
            description =
                    "Clients must have a certificate that one of these (PEM) has signed; with --tls required only.")
    @Nullable
    Path clientAuthorities;

    TlsPolicy toPolicy() throws IOException {
        boolean given = certificate != null || key != null || keyStore != null || clientAuthorities != null;
        if (mode == TlsMode.OFF) {
            if (given) {
                throw new UsageException("TLS files are given, but --tls is off");
            }
            return TlsPolicy.NONE;
        }
        if (mode == TlsMode.ALLOWED && clientAuthorities != null) { // who has no certificate would come in without TLS
            throw new UsageException(
                    "--tls-client-ca needs --tls required: --tls allowed serves clients without TLS, too");
        }
        return new TlsPolicy(mode, context(), clientAuthorities != null);
    }

    private SSLContext context() throws IOException {
        if (keyStore != null) {
            if (certificate != null || key != null) {
                throw new UsageException("give --tls-keystore, or --tls-cert and --tls-key");
            }
            return TlsContexts.fromKeyStore(keyStore, password(), clientAuthorities);
        }
        if (certificate == null || key == null) {
            throw new UsageException("--tls needs --tls-cert and --tls-key, or --tls-keystore");
        }
        return TlsContexts.fromPem(certificate, key, clientAuthorities);
    }

    private char[] password() throws IOException {
        return passwordFile == null
                ? new char[0]
                : Files.readString(passwordFile).lines().findFirst().orElse("").toCharArray();
    }
}
