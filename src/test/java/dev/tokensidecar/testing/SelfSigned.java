package dev.tokensidecar.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.net.PfxOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A certificate for 127.0.0.1 that vouches for itself, and its key: made by the JDK's own tool. */
public final class SelfSigned {

    private static final String PASSWORD = "changeit";

    private final Path store;
    private final Path certificate;

    private SelfSigned(Path store, Path certificate) {
        this.store = store;
        this.certificate = certificate;
    }

    /** Makes one; the name is that of its files. */
    public static SelfSigned make(Path directory, String name) throws IOException, InterruptedException {
        SelfSigned made = new SelfSigned(directory.resolve(name + ".p12"), directory.resolve(name + ".pem"));
        made.keytool("-genkeypair", "-keyalg", "EC", "-dname", "CN=" + name, "-ext", "SAN=ip:127.0.0.1");
        made.keytool("-exportcert", "-rfc", "-file", made.certificate.toString());
        return made;
    }

    /** Certificate and key, for a server; the certificate alone, for a client that trusts it. */
    public PfxOptions pfx() {
        return new PfxOptions().setPath(store.toString()).setPassword(PASSWORD);
    }

    /** The certificate as a PEM file. */
    public Path pem() {
        return certificate;
    }

    private void keytool(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
        command.addAll(List.of(arguments));
        command.addAll(List.of(
                "-alias", "server", "-storetype", "PKCS12", "-storepass", PASSWORD, "-keystore", store.toString()));
        Process keytool = new ProcessBuilder(command).redirectErrorStream(true).start();
        if (!keytool.waitFor(30, TimeUnit.SECONDS) || keytool.exitValue() != 0) {
            throw new IOException(
                    "keytool: " + new String(keytool.getInputStream().readAllBytes(), UTF_8));
        }
    }
}
