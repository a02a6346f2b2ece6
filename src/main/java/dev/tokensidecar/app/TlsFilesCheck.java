package dev.tokensidecar.app;

import dev.tokensidecar.oauth2.keys.TlsKeyPair;
import dev.tokensidecar.oauth2.keys.TrustedCertificates;
import dev.tokensidecar.token.RefreshFailure;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.quarkus.tls.runtime.config.KeyStoreConfig;
import io.quarkus.tls.runtime.config.PemCertsConfig;
import io.quarkus.tls.runtime.config.PemKeyCertConfig;
import io.quarkus.tls.runtime.config.TlsBucketConfig;
import io.quarkus.tls.runtime.config.TlsConfig;
import io.quarkus.tls.runtime.config.TrustStoreConfig;
import io.quarkus.vertx.VertxOptionsCustomizer;
import io.smallrye.config.SmallRyeConfig;
import io.vertx.core.VertxOptions;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.config.Config;

/**
 * Checks the PEM files of client certificates and trusted CAs before Quarkus reads them. Quarkus reads them just after it has
 * made its Vert.x, so a customizer is early enough. If it cannot use them, it ends the start with a stack trace that does not
 * say what to do.
 */
@Singleton
final class TlsFilesCheck implements VertxOptionsCustomizer {

    private final Config config;

    TlsFilesCheck(Config config) {
        this.config = config;
    }

    @Override
    public void accept(VertxOptions unchanged) {
        TlsConfig tls = config.unwrap(SmallRyeConfig.class).getConfigMapping(TlsConfig.class);
        tls.defaultCertificateConfig().ifPresent(group -> check("quarkus.tls.", group));
        tls.namedCertificateConfig().forEach((name, group) -> check("quarkus.tls." + name + ".", group));
    }

    private static void check(String prefix, TlsBucketConfig group) {
        group.keyStore()
                .flatMap(KeyStoreConfig::pem)
                .ifPresent(pem -> pem.keyCerts().forEach((name, files) -> check(prefix, name, files)));
        group.trustStore()
                .flatMap(TrustStoreConfig::pem)
                .flatMap(PemCertsConfig::certs)
                .ifPresent(files -> files.forEach(
                        file -> check(prefix + "trust-store.pem.certs", () -> new TrustedCertificates(file).check())));
    }

    /** With a password, Quarkus decrypts the key. */
    private static void check(String prefix, String name, PemKeyCertConfig.KeyCertConfig files) {
        if (files.password().isEmpty()) {
            check(prefix + "key-store.pem." + name, () -> new TlsKeyPair(files.key(), files.cert()).check());
        }
    }

    private static void check(String key, Runnable check) {
        try {
            check.run();
        } catch (RefreshFailure.Misconfigured unusable) {
            throw new ConfigurationException(key + " cannot be used: " + unusable.detail());
        }
    }
}
