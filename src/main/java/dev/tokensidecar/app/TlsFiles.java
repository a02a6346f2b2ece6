package dev.tokensidecar.app;

import io.quarkus.runtime.configuration.ConfigurationException;
import io.quarkus.tls.TlsConfiguration;
import io.quarkus.tls.TlsConfigurationRegistry;
import io.quarkus.tls.runtime.config.TlsConfigUtils;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.net.KeyCertOptions;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The trusted CAs and the client certificate (RFC 8705) of one TLS configuration. Each call of {@link #configure} reads the
 * files again.
 */
final class TlsFiles {

    private static final Logger LOG = Logger.getLogger(TlsFiles.class);

    private final String key;
    private final @Nullable TlsConfiguration configuration;
    private boolean warned;

    /**
     * Looks up the configuration.
     *
     * @param key the key that names it, for the message
     * @param name null for the default configuration of the process
     * @throws ConfigurationException for a misspelt name, which must not lead to default trust and no client certificate
     */
    TlsFiles(TlsConfigurationRegistry registry, String key, @Nullable String name) {
        this.key = key;
        this.configuration = name == null
                ? registry.getDefault().orElse(null)
                : registry.get(name)
                        .orElseThrow(
                                () -> new ConfigurationException(
                                        key
                                                + " names a TLS configuration that does not exist: set quarkus.tls.<name>.* or correct the name"));
    }

    /**
     * Checks that the configuration has a client certificate.
     *
     * @param needing the key whose value requires one
     * @throws ConfigurationException without a certificate; the server's error would suggest an unregistered client
     */
    void requireClientCertificate(String needing) {
        if (!hasClientCertificate()) {
            throw new ConfigurationException(
                    needing + " needs a client certificate: set quarkus.tls.<name>.key-store.* and name it in " + key);
        }
    }

    /** Whether connections present a client certificate to servers that ask for one. */
    boolean hasClientCertificate() {
        return configuration != null && configuration.getKeyStoreOptions() != null;
    }

    /** Reads the files and puts their content into the options. May block. */
    synchronized void configure(HttpClientOptions options) {
        if (configuration == null) {
            return;
        }
        boolean files = configuration.getTrustStoreOptions() != null || configuration.getKeyStoreOptions() != null;
        boolean unreadable = files && !configuration.reload();
        if (unreadable && !warned) {
            LOG.warn("cannot read certificate files, keeping the previous ones"
                    + " cure=\"check that the files of quarkus.tls exist, are complete and fit together\"");
        }
        warned = unreadable;
        TlsConfigUtils.configure(options, configuration);
        KeyCertOptions certificate = options.getKeyCertOptions();
        if (certificate != null) {
            options.setKeyCertOptions(new AlwaysPresentedCertificate(certificate));
        }
    }
}
