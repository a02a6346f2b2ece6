package dev.tokensidecar.app;

import dev.tokensidecar.config.SettingsReader;
import dev.tokensidecar.config.SidecarSettings;
import dev.tokensidecar.config.TokenSettings;
import dev.tokensidecar.config.TokenSettings.SignedAssertion;
import dev.tokensidecar.oauth2.keys.CertificateFile;
import dev.tokensidecar.oauth2.keys.PrivateKeyFile;
import dev.tokensidecar.oauth2.keys.ServiceAccountFile;
import dev.tokensidecar.oauth2.keys.TlsKeyPair;
import dev.tokensidecar.oauth2.keys.TrustedCertificates;
import dev.tokensidecar.store.SeedFile;
import io.quarkus.tls.runtime.config.KeyStoreConfig;
import io.quarkus.tls.runtime.config.PemCertsConfig;
import io.quarkus.tls.runtime.config.TlsBucketConfig;
import io.quarkus.tls.runtime.config.TlsConfig;
import io.quarkus.tls.runtime.config.TrustStoreConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Shows every file that the configuration names to an inspection. */
final class NamedFiles {

    private final FileInspection inspection;
    private final CheckFindings findings;
    private final InstantSource clock;

    NamedFiles(FileInspection inspection, CheckFindings findings, InstantSource clock) {
        this.inspection = inspection;
        this.findings = findings;
        this.clock = clock;
    }

    void show(SidecarSettings settings) {
        settings.tokens().forEach(this::token);
        secret("sidecar.guard.caller-secret-file", settings.guard().callerSecretFile(), "caller secret");
        settings.sockets()
                .forEach((name, socket) -> inspection.place(
                        "sidecar.sockets." + name + ".path",
                        socket.path(),
                        LocalSocket.of(socket).problem()));
        if (settings.authorize() != null) {
            secret("sidecar.authorize.caller-secret-file", settings.authorize().callerSecretFile(), "caller secret");
        }
        secret("sidecar.proxy.credentials-file", settings.proxy().credentialsFile(), "proxy credentials");
    }

    private void token(String name, TokenSettings token) {
        String prefix = SettingsReader.prefix(name);
        client(prefix + "client.", token.client());
        TokenSettings.GrantCredentials grant = token.grant().credentials();
        secret(prefix + "grant.assertion-file", grant.assertionFile(), "assertion");
        secret(prefix + "grant.subject-token-file", grant.subjectTokenFile(), "subject token");
        secret(prefix + "grant.password-file", grant.passwordFile(), "password");
        if (token.signedAssertion() != null) {
            assertion(prefix + "grant.assertion.", token.signedAssertion());
        }
        store(prefix + "store.", token.store());
        inspection.output(prefix + "file", token.file().path());
    }

    private void client(String prefix, TokenSettings.Client client) {
        secret(prefix + "secret-file", client.secretFile(), "client secret");
        TokenSettings.Assertion assertion = client.assertion();
        inspection.input(prefix + "key-file", assertion.keyFile(), () -> {
            var unused = new PrivateKeyFile(present(assertion.keyFile())).read(assertion.signingAlgorithm());
        });
        inspection.certificate(
                prefix + "certificate-file",
                assertion.certificateFile(),
                () -> new CertificateFile(present(assertion.certificateFile())).expiresAt());
        secret(prefix + "assertion-file", assertion.file(), "client assertion");
        if (client.dpop() != null) {
            proofs(prefix + "dpop.key-file", client.dpop());
        }
    }

    private void proofs(String key, TokenSettings.DpopSettings dpop) {
        inspection.input(key, dpop.keyFile(), () -> {
            var unused = new PrivateKeyFile(present(dpop.keyFile()), "proof key").readForProofs(dpop.algorithm());
        });
    }

    private void assertion(String prefix, SignedAssertion assertion) {
        inspection.input(prefix + "key-file", assertion.keyFile(), () -> {
            var unused = new PrivateKeyFile(present(assertion.keyFile()), "assertion key")
                    .read(assertion.signingAlgorithm());
        });
        inspection.input(prefix + "service-account-file", assertion.serviceAccountFile(), () -> {
            var unused = new ServiceAccountFile(present(assertion.serviceAccountFile())).read();
        });
    }

    private void store(String prefix, TokenSettings.Store store) {
        Path seed = store.refreshTokenFile();
        boolean stored = store.kubernetes() != null || (store.file() != null && Files.exists(store.file()));
        inspection.input(prefix + "refresh-token-file", seed, () -> {
            if (new SeedFile(seed, clock).read().isEmpty() && !stored) {
                findings.warn(prefix + "refresh-token-file: there is no refresh token in " + seed
                        + " yet, and none in a store: log in, and put it there");
            }
        });
        inspection.output(prefix + "file", store.file());
        inspection.input(
                prefix + "encryption-key-file",
                store.encryptionKeyFile(),
                () -> Objects.requireNonNull(Stores.encryption(store)).check());
    }

    private void secret(String key, @Nullable Path path, String name) {
        inspection.input(key, path, () -> {
            var unused = SecretFiles.required(path, name).read();
        });
    }

    void show(TlsConfig tls) {
        tls.defaultCertificateConfig().ifPresent(group -> tls("quarkus.tls.", group));
        tls.namedCertificateConfig().forEach((name, group) -> tls("quarkus.tls." + name + ".", group));
    }

    private void tls(String prefix, TlsBucketConfig group) {
        group.trustStore()
                .flatMap(TrustStoreConfig::pem)
                .flatMap(PemCertsConfig::certs)
                .orElse(List.of())
                .forEach(file -> inspection.certificate(
                        prefix + "trust-store.pem.certs", file, () -> new TrustedCertificates(file).expiresAt()));
        group.keyStore()
                .flatMap(KeyStoreConfig::pem)
                .ifPresent(pem -> pem.keyCerts().forEach((name, files) -> {
                    String key = prefix + "key-store.pem." + name;
                    // with a password, Quarkus decrypts the key
                    inspection.input(key + ".key", files.key(), () -> {
                        if (files.password().isEmpty()) {
                            new TlsKeyPair(files.key(), files.cert()).check();
                        }
                    });
                    inspection.certificate(
                            key + ".cert", files.cert(), () -> new CertificateFile(files.cert()).expiresAt());
                }));
    }

    private static Path present(@Nullable Path path) {
        return Objects.requireNonNull(path);
    }
}
