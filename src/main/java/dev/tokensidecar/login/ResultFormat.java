package dev.tokensidecar.login;

import dev.tokensidecar.token.Secret;

/** The form in which a refresh token leaves the command. */
public sealed interface ResultFormat permits SecretManifest, ResultFormat.Alone, ResultFormat.Patch {

    /** Returns the whole result, which contains the refresh token. */
    Secret render(Secret refreshToken);

    /** The refresh token and nothing else. */
    record Alone() implements ResultFormat {
        @Override
        public Secret render(Secret refreshToken) {
            return refreshToken;
        }
    }

    /** A merge patch that replaces the refresh token in a Secret of Kubernetes, and leaves everything else alone. */
    record Patch() implements ResultFormat {
        @Override
        public Secret render(Secret refreshToken) {
            return Secret.of("{\"data\":{\"" + SecretManifest.REFRESH_TOKEN + "\":\""
                    + SecretManifest.encoded(refreshToken.reveal()) + "\"}}\n");
        }
    }
}
