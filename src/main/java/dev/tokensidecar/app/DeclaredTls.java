package dev.tokensidecar.app;

import io.quarkus.tls.BaseTlsConfiguration;
import io.quarkus.tls.TlsConfiguration;
import io.quarkus.tls.TlsConfigurationRegistry;
import io.quarkus.tls.runtime.config.TlsBucketConfig;
import io.quarkus.tls.runtime.config.TlsConfig;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.PemKeyCertOptions;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the keys {@code quarkus.tls} declare, without any of the files that they name. No connection can use it. */
final class DeclaredTls implements TlsConfigurationRegistry {

    private final Optional<TlsBucketConfig> process;
    private final Map<String, TlsBucketConfig> named;

    DeclaredTls(TlsConfig keys) {
        this.process = keys.defaultCertificateConfig();
        this.named = keys.namedCertificateConfig();
    }

    /** The map has a default for every name. */
    @Override
    public Optional<TlsConfiguration> get(String name) {
        return named.containsKey(name)
                ? Optional.of(new Declared(name, Objects.requireNonNull(named.get(name))))
                : Optional.empty();
    }

    @Override
    public Optional<TlsConfiguration> getDefault() {
        return process.map(keys -> new Declared(TlsConfig.DEFAULT_NAME, keys));
    }

    @Override
    public void register(String name, TlsConfiguration configuration) {
        throw new UnsupportedOperationException();
    }

    private static final class Declared extends BaseTlsConfiguration {
        private final String name;
        private final TlsBucketConfig keys;

        Declared(String name, TlsBucketConfig keys) {
            this.name = name;
            this.keys = keys;
        }

        @Override
        public String getName() {
            return name;
        }

        @Override
        public boolean isTrustAll() {
            return keys.trustAll();
        }

        @Override
        public Optional<String> getHostnameVerificationAlgorithm() {
            return keys.hostnameVerificationAlgorithm();
        }

        /** Says that there is a certificate, not which one. */
        @Override
        public @Nullable KeyCertOptions getKeyStoreOptions() {
            return keys.keyStore().isPresent() ? new PemKeyCertOptions() : null;
        }
    }
}
