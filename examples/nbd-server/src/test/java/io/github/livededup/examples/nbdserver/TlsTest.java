package io.github.livededup.examples.nbdserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.livededup.examples.nbdserver.export.ExportSettings;
import io.github.livededup.examples.nbdserver.handshake.TlsMode;
import io.github.livededup.examples.nbdserver.handshake.TlsPolicy;
import io.github.livededup.examples.nbdserver.protocol.Magic;
import io.github.livededup.examples.nbdserver.protocol.OptionCode;
import io.github.livededup.examples.nbdserver.protocol.OptionReplyCode;
import io.github.livededup.examples.nbdserver.tls.TlsContexts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** TLS by STARTTLS, with certificates that the JDK's keytool makes. */
class TlsTest {
    private static final String PASSWORD = "a password";

    @TempDir
    static Path keys;

    @TempDir
    Path directory;

    @BeforeAll
    static void makeCertificates() throws Exception {
        for (String name : List.of("server", "client", "stranger")) {
            Path store = keys.resolve(name + ".p12");
            Process keytool = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "keytool")
                                    .toString(),
                            "-genkeypair",
                            "-alias",
                            name,
                            "-keyalg",
                            name.equals("client") ? "RSA" : "EC",
                            "-dname",
                            "CN=localhost",
                            "-ext",
                            "san=dns:localhost",
                            "-validity",
                            "36500",
                            "-keystore",
                            store.toString(),
                            "-storetype",
                            "PKCS12",
                            "-storepass",
                            PASSWORD)
                    .redirectErrorStream(true)
                    .start();
            String said = new String(keytool.getInputStream().readAllBytes());
            assertThat(keytool.waitFor()).as(said).isZero();
            KeyStore loaded = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
            writePem(name + ".crt", "CERTIFICATE", loaded.getCertificate(name).getEncoded());
            writePem(
                    name + ".key",
                    "PRIVATE KEY",
                    loaded.getKey(name, PASSWORD.toCharArray()).getEncoded());
        }
    }

    private static void writePem(String file, String type, byte[] content) throws IOException {
        String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
        Files.writeString(
                keys.resolve(file),
                "some words before\n-----BEGIN " + type + "-----\n" + text + "\n-----END " + type + "-----\n");
    }

    /** A client that trusts the server, and has a certificate of its own if it is to have one. */
    private static SSLContext client(String name, String protocol) throws Exception {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry(
                "server",
                KeyStore.getInstance(keys.resolve("server.p12").toFile(), PASSWORD.toCharArray())
                        .getCertificate("server"));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        KeyManagerFactory own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        own.init(
                name.isEmpty()
                        ? null
                        : KeyStore.getInstance(keys.resolve(name + ".p12").toFile(), PASSWORD.toCharArray()),
                PASSWORD.toCharArray());
        SSLContext context = SSLContext.getInstance(protocol);
        context.init(own.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }

    private TestServer start(TlsMode mode, boolean clientCertificates) throws IOException {
        SSLContext context = TlsContexts.fromPem(
                keys.resolve("server.crt"),
                keys.resolve("server.key"),
                clientCertificates ? keys.resolve("client.crt") : null);
        TlsPolicy policy = new TlsPolicy(mode, context, clientCertificates);
        return TestServer.start(directory, TestServer.LIMITS, ExportSettings.DEFAULTS, policy);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void aClientIsServedInTls(String protocol) throws Exception {
        byte[] data = new byte[3 << 20];
        new Random(1).nextBytes(data);
        try (TestServer server = start(TlsMode.REQUIRED, false);
                NbdClient client = server.connect()) {
            client.greet();
            client.startTls(client("", protocol));
            client.negotiateStructured();
            client.selectBaseAllocation("disk");
            client.go("disk");
            assertThat(client.write(12_345, data).error()).isZero();
            assertThat(client.read(12_345, data.length).data()).isEqualTo(data);
            for (int i = 0; i < 200; i++) {
                assertThat(client.read(i, 10).error()).isZero();
            }
            assertThat(client.flush().error()).isZero();
            client.disconnect();
            assertThat(client.isClosedByServer()).isTrue();
            assertThat(server.figure("connections", "tls")).isEqualTo(1);
            assertThat(server.figure("connections", "broken")).isZero();
        }
    }

    @Test
    void nothingIsToldBeforeTlsIfItIsRequired() throws Exception {
        try (TestServer server = start(TlsMode.REQUIRED, false);
                NbdClient client = server.connect();
                NbdClient old = server.connect()) {
            client.greet();
            for (int option : new int[] {OptionCode.LIST, OptionCode.GO, OptionCode.STRUCTURED_REPLY, 4711}) {
                assertThat(client.optionCode(option, new byte[0])).isEqualTo(OptionReplyCode.ERROR_TLS_REQUIRED);
            }
            client.startTls(client("", "TLS"));
            assertThat(client.optionCode(OptionCode.STARTTLS, new byte[0])).isEqualTo(OptionReplyCode.ERROR_INVALID);
            assertThat(client.option(OptionCode.LIST, new byte[0])).hasSize(2);
            old.greet().sendOption(OptionCode.EXPORT_NAME, "disk".getBytes());
            assertThat(old.isClosedByServer()).isTrue();
        }
    }

    @Test
    void plainAndTlsAreServedIfItIsAllowed() throws Exception {
        try (TestServer server = start(TlsMode.ALLOWED, false);
                NbdClient plain = server.client();
                NbdClient secure = server.connect()) {
            secure.greet();
            secure.negotiateStructured();
            secure.selectBaseAllocation("disk");
            secure.startTls(client("", "TLS"));
            secure.structured = false; // what was agreed in plain text does not count
            secure.go("disk");
            assertThat(secure.write(0, new byte[] {1, 2, 3}).error()).isZero();
            assertThat(secure.read(0, 3).data()).containsExactly(1, 2, 3);
            assertThat(plain.read(0, 3).data()).containsExactly(1, 2, 3);
        }
    }

    @Test
    void onlyClientsWithATrustedCertificateComeInIfOneIsNeeded() throws Exception {
        try (TestServer server = start(TlsMode.REQUIRED, true)) {
            try (NbdClient client = server.connect()) {
                client.greet();
                client.startTls(client("client", "TLS"));
                assertThat(client.go("disk").sizeBytes()).isEqualTo(TestServer.DISK_BYTES);
            }
            for (String name : List.of("", "stranger")) {
                try (NbdClient client = server.connect()) {
                    client.greet();
                    assertThatThrownBy(() -> {
                                client.startTls(client(name, "TLS"));
                                client.go("disk");
                            })
                            .isInstanceOf(IOException.class);
                }
            }
            assertThat(server.figure("connections", "served")).isEqualTo(1);
        }
    }

    @Test
    void wordsPutBehindStarttlsInPlainTextEndTheSession() throws Exception {
        try (TestServer server = start(TlsMode.ALLOWED, false);
                NbdClient client = server.connect()) {
            client.greet();
            // In one piece, so that the server finds both at once.
            client.out.writeLong(Magic.OPTION);
            client.out.writeInt(OptionCode.STARTTLS);
            client.out.writeInt(0);
            client.out.writeLong(Magic.OPTION);
            client.out.writeInt(OptionCode.STRUCTURED_REPLY);
            client.out.writeInt(0);
            client.out.flush();
            assertThat(client.readOptionReply().code()).isEqualTo(OptionReplyCode.ACK);
            assertThat(client.isClosedByServer()).isTrue();
            TestServer.await(() -> server.figure("connections", "open") == 0);
            assertThat(server.figure("connections", "broken")).isEqualTo(1);
            assertThat(server.figure("connections", "stalled")).isZero();
        }
    }

    @Test
    void aClientThatSpeaksNoTlsAfterStarttlsIsCutOff() throws Exception {
        try (TestServer server = start(TlsMode.ALLOWED, false);
                NbdClient client = server.connect()) {
            client.greet();
            client.optionCode(OptionCode.STARTTLS, new byte[0]);
            client.out.write(new byte[1000]);
            client.out.flush();
            client.hangUp();
            client.in.readAllBytes(); // an alert, perhaps
            TestServer.await(() -> server.figure("connections", "open") == 0);
            assertThat(server.figure("connections", "broken")).isEqualTo(1);
        }
    }

    @Test
    void aKeyStoreDoesAsWell() throws Exception {
        SSLContext context = TlsContexts.fromKeyStore(keys.resolve("server.p12"), PASSWORD.toCharArray(), null);
        TlsPolicy policy = new TlsPolicy(TlsMode.REQUIRED, context, false);
        try (TestServer server = TestServer.start(directory, TestServer.LIMITS, ExportSettings.DEFAULTS, policy);
                NbdClient client = server.connect()) {
            client.greet();
            client.startTls(client("", "TLS"));
            assertThat(client.go("disk").sizeBytes()).isEqualTo(TestServer.DISK_BYTES);
        }
    }

    @Test
    void filesThatAreNoKeysAreNamed() throws IOException {
        Path crt = keys.resolve("server.crt");
        Path encrypted = Files.writeString(keys.resolve("old"), "-----BEGIN RSA PRIVATE KEY-----\n");
        Path nothing = Files.writeString(keys.resolve("nothing"), "nothing");
        assertThatThrownBy(() -> TlsContexts.fromPem(crt, encrypted, null))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("openssl pkcs8");
        assertThatThrownBy(() -> TlsContexts.fromPem(crt, nothing, null)).hasMessageContaining("no private key");
        assertThatThrownBy(() -> TlsContexts.fromPem(nothing, nothing, null)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> TlsContexts.fromKeyStore(keys.resolve("server.p12"), new char[0], null))
                .isInstanceOf(IOException.class);
    }
}
