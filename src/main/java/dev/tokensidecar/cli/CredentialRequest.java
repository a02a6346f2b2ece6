package dev.tokensidecar.cli;

import org.jspecify.annotations.Nullable;

/**
 * What a protocol needs to answer a request.
 *
 * @param source where the credential comes from
 * @param username the user name that the operator chose; null for the default of the protocol
 * @param terminal where the request comes from, and where the answer goes
 */
record CredentialRequest(CredentialSource source, @Nullable String username, Terminal terminal) {

    String usernameOr(String otherwise) {
        return username == null ? otherwise : username;
    }
}
