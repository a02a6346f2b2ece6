package dev.tokensidecar.app;

import io.quarkus.runtime.configuration.ConfigurationException;
import io.quarkus.tls.TlsConfiguration;
import io.quarkus.tls.TlsConfigurationRegistry;
import io.quarkus.tls.runtime.config.TlsConfigUtils;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.net.KeyCertOptions;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Whom to trust and how to show a client certificate (RFC 8705): files that are read at each exchange. */
final class TlsFiles {

    private static final Logger LOG = Logger.getLogger(TlsFiles.class);

    private final String key;
    private final @Nullable TlsConfiguration configuration;
    private boolean told;

    /**
     * Finds the configuration.
     *
     * @param key that names it, for the message
     * @param name null for the one of the whole process
     * @throws ConfigurationException for a misspelt name, which must not mean the default trust and no client certificate
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
     * Makes sure that there is a certificate to show.
     *
     * @param needing the key whose value asks for one
     * @throws ConfigurationException if there is none, which a server would take for a client that is not registered
     */
    void requireClientCertificate(String needing) {
        if (configuration == null || configuration.getKeyStoreOptions() == null) {
            throw new ConfigurationException(
                    needing + " needs a client certificate: set quarkus.tls.<name>.key-store.* and name it in " + key);
        }
    }

    /** Puts the files as they are now into the options. May block. */
    synchronized void configure(HttpClientOptions options) {
        if (configuration == null) {
            return;
        }
        boolean files = configuration.getTrustStoreOptions() != null || configuration.getKeyStoreOptions() != null;
        boolean unreadable = files && !configuration.reload();
        if (unreadable && !told) {
            LOG.warn("certificate files cannot be read, those read before stay in force"
                    + " cure=\"check the files of quarkus.tls, each has to be complete\"");
        }
        told = unreadable;
        TlsConfigUtils.configure(options, configuration);
        KeyCertOptions certificate = options.getKeyCertOptions();
        if (certificate != null) {
            options.setKeyCertOptions(new ShownCertificate(certificate));
        }
    }
}
