package dev.tokensidecar.testing.crypto;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A certificate authority for tests. It issues certificates for servers on 127.0.0.1 and their clients with the keytool of
 * the JDK.
 */
public final class CertificateAuthority {

    private static final String OWN = "authority";
    private static final String LOOPBACK = "127.0.0.1";
    private static final List<String> SIGNED_BY_AUTHORITY = List.of("-signer", OWN);
    /** Of the store, and of each key in it. */
    public static final String PASSWORD = "changeit";

    private static final Base64.Encoder BASE64 = Base64.getMimeEncoder(64, new byte[] {'\n'});

    private final Path directory;
    private final Path store;

    private CertificateAuthority(Path directory) {
        this.directory = directory;
        this.store = directory.resolve("keys.p12");
    }

    /** Creates an authority; its directory has its name. */
    public static CertificateAuthority make(Path directory, String name) throws Exception {
        CertificateAuthority made = new CertificateAuthority(Files.createDirectory(directory.resolve(name)));
        made.keytool(OWN, "-dname", "CN=" + name, "-ext", "bc:c");
        Files.writeString(made.pem(), pem("CERTIFICATE", made.certificate().getEncoded()));
        return made;
    }

    /** Returns its own certificate. */
    public X509Certificate certificate() throws IOException, GeneralSecurityException {
        return (X509Certificate) keys().getCertificate(OWN);
    }

    /** Returns its own certificate as a PEM file. */
    public Path pem() {
        return directory.resolve("ca.crt");
    }

    /** Returns options that trust it. */
    public PemTrustOptions trust() {
        return new PemTrustOptions().addCertPath(pem().toString());
    }

    /** Issues a certificate that is valid for three months. */
    public Issued issue(String name) throws Exception {
        return issue(name, SIGNED_BY_AUTHORITY);
    }

    /** Issues a certificate for a server that has further IP addresses. */
    public Issued issueFor(String name, List<String> addresses) throws Exception {
        List<String> options = new ArrayList<>(SIGNED_BY_AUTHORITY);
        options.addAll(List.of("-ext", subjects(addresses)));
        return issue(name, options);
    }

    /** Issues a certificate for these host names and no address. Its key is one that every client knows. */
    public Issued issueForHosts(String name, List<String> hosts) throws Exception {
        List<String> options = new ArrayList<>(SIGNED_BY_AUTHORITY);
        options.addAll(List.of("-ext", "SAN=dns:" + String.join(",dns:", hosts), "-groupname", "secp256r1"));
        return issue(name, options);
    }

    private static String subjects(List<String> addresses) {
        return Stream.concat(Stream.of(LOOPBACK), addresses.stream())
                .map(address -> "ip:" + address)
                .collect(Collectors.joining(",", "SAN=", ""));
    }

    /** Issues a certificate that expired recently. */
    public Issued issueExpired(String name) throws Exception {
        return issue(
                name,
                Stream.concat(SIGNED_BY_AUTHORITY.stream(), Stream.of("-startdate", "-30d", "-validity", "29"))
                        .toList());
    }

    /** Issues a certificate for a key of another kind than {@code EC}, such as {@code RSA}. */
    public Issued issue(String name, String keyAlgorithm) throws Exception {
        return issue(
                name,
                Stream.concat(SIGNED_BY_AUTHORITY.stream(), Stream.of("-keyalg", keyAlgorithm))
                        .toList());
    }

    /** Returns the PKCS#12 file with all certificates and keys, by name. */
    public Path store() {
        return store;
    }

    /** Creates a self-signed certificate. */
    public Issued selfSigned(String name) throws Exception {
        return issue(name, List.of());
    }

    private Issued issue(String name, List<String> options) throws Exception {
        List<String> arguments = new ArrayList<>(options);
        arguments.addAll(List.of("-dname", "CN=" + name));
        if (!arguments.contains("-ext")) {
            arguments.addAll(List.of("-ext", subjects(List.of())));
        }
        keytool(name, arguments.toArray(String[]::new));
        Issued issued = new Issued(Files.createDirectory(directory.resolve(name)));
        KeyStore keys = keys();
        Files.writeString(
                issued.certificate(),
                pem("CERTIFICATE", keys.getCertificate(name).getEncoded()));
        Files.writeString(
                issued.key(),
                pem("PRIVATE KEY", keys.getKey(name, PASSWORD.toCharArray()).getEncoded()));
        return issued;
    }

    private KeyStore keys() throws IOException, GeneralSecurityException {
        return KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
    }

    private static String pem(String what, byte[] content) {
        return "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n".formatted(what, BASE64.encodeToString(content));
    }

    private void keytool(String alias, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-genkeypair", "-alias", alias));
        command.addAll(List.of("-keyalg", "EC", "-storepass", PASSWORD, "-keystore", store.toString()));
        command.addAll(List.of(arguments));
        Process keytool = new ProcessBuilder(command).redirectErrorStream(true).start();
        if (!keytool.waitFor(30, TimeUnit.SECONDS) || keytool.exitValue() != 0) {
            throw new IOException(
                    "keytool: " + new String(keytool.getInputStream().readAllBytes(), UTF_8));
        }
    }

    /**
     * A certificate and its private key as PEM files, with the names of the keys in a Kubernetes TLS Secret.
     *
     * @param directory contains the files
     */
    public record Issued(Path directory) {

        /** Returns the certificate file. */
        public Path certificate() {
            return directory.resolve("tls.crt");
        }

        /** Returns the key file. */
        public Path key() {
            return directory.resolve("tls.key");
        }

        /** Returns options that present it. */
        public PemKeyCertOptions options() {
            return new PemKeyCertOptions().addCertPath(certificate().toString()).addKeyPath(key().toString());
        }
    }
}
