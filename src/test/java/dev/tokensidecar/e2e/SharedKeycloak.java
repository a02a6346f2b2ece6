package dev.tokensidecar.e2e;

import dev.tokensidecar.testing.keycloak.KeycloakServer;

/** One Keycloak for the whole run. */
final class SharedKeycloak extends SharedServer<KeycloakServer> {

    SharedKeycloak() {
        super(KeycloakServer.class, KeycloakServer::start);
    }
}
