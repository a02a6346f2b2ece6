package dev.tokensidecar.app;

import io.vertx.core.Vertx;
import io.vertx.core.net.KeyCertOptions;
import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * A client certificate for every server that asks for one. The JDK sends none if the server names the CAs that it accepts
 * (RFC 8446 section 4.2.4) and the issuer is not among them. That is the case for every self-signed certificate (RFC 8705
 * section 2.2), and for servers that name only some of the CAs they accept.
 *
 * @param files the certificate and its key
 */
record AlwaysPresentedCertificate(KeyCertOptions files) implements KeyCertOptions {

    @Override
    public KeyCertOptions copy() {
        return new AlwaysPresentedCertificate(files.copy());
    }

    @Override
    public KeyManagerFactory getKeyManagerFactory(Vertx vertx) throws Exception {
        X509ExtendedKeyManager keys =
                (X509ExtendedKeyManager) files.getKeyManagerFactory(vertx).getKeyManagers()[0];
        return KeyCertOptions.wrap(new Keys(keys)).getKeyManagerFactory(vertx);
    }

    /** Prefers a certificate whose issuer the server names, and otherwise ignores what the server names. */
    private static final class Keys extends X509ExtendedKeyManager {

        private final X509ExtendedKeyManager keys;

        Keys(X509ExtendedKeyManager keys) {
            this.keys = keys;
        }

        @Override
        public @Nullable String chooseEngineClientAlias(
                String[] types, Principal @Nullable [] issuers, SSLEngine engine) {
            String preferred = keys.chooseEngineClientAlias(types, issuers, engine);
            return preferred == null ? keys.chooseEngineClientAlias(types, null, engine) : preferred;
        }

        @Override
        public @Nullable String chooseClientAlias(String[] types, Principal @Nullable [] issuers, Socket socket) {
            String preferred = keys.chooseClientAlias(types, issuers, socket);
            return preferred == null ? keys.chooseClientAlias(types, null, socket) : preferred;
        }

        @Override
        public String @Nullable [] getClientAliases(String type, Principal @Nullable [] issuers) {
            return keys.getClientAliases(type, null);
        }

        @Override
        public X509Certificate @Nullable [] getCertificateChain(String alias) {
            return keys.getCertificateChain(alias);
        }

        @Override
        public @Nullable PrivateKey getPrivateKey(String alias) {
            return keys.getPrivateKey(alias);
        }

        @Override
        public @Nullable String chooseServerAlias(String type, Principal @Nullable [] issuers, Socket socket) {
            return keys.chooseServerAlias(type, issuers, socket);
        }

        @Override
        public String @Nullable [] getServerAliases(String type, Principal @Nullable [] issuers) {
            return keys.getServerAliases(type, issuers);
        }
    }
}
