package dev.tokensidecar.oauth2;

import dev.tokensidecar.oauth2.http.Form;
import dev.tokensidecar.oauth2.keys.SecretSource;
import dev.tokensidecar.token.InitialGrant;
import dev.tokensidecar.token.RefreshFailure;
import dev.tokensidecar.token.Secret;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** How the client gets tokens without a refresh token. With one, it always uses RFC 6749 section 6. */
public sealed interface Grant {

    /** Returns what the core needs to know about the grant. */
    InitialGrant initial();

    /** No initial grant: somebody provides the refresh token. */
    record RefreshTokenOnly() implements Grant {
        @Override
        public InitialGrant initial() {
            return InitialGrant.NONE;
        }
    }

    /** The user approves on another device (RFC 8628). */
    record DeviceCodeGrant(ServerEndpoint deviceAuthorizationEndpoint) implements Grant {
        @Override
        public InitialGrant initial() {
            return InitialGrant.ATTENDED;
        }
    }

    /** One request with credentials that the client has. */
    sealed interface Direct extends Grant {

        /** Adds the parameters of the grant. Reads credentials anew for each request. May block. */
        void addTo(Form form);

        /**
         * Translates an {@code invalid_grant} that does not concern a refresh token.
         *
         * @param clockAhead how far the clock of this host is ahead of the server's; null if unknown
         */
        default RefreshFailure onInvalidGrant(RefreshFailure.InvalidGrant failure, @Nullable Duration clockAhead) {
            return failure;
        }

        @Override
        default InitialGrant initial() {
            return InitialGrant.UNATTENDED;
        }
    }

    /** The client acts on its own behalf (RFC 6749 section 4.4). */
    record ClientCredentials() implements Direct {
        @Override
        public void addTo(Form form) {
            form.add("grant_type", "client_credentials");
        }
    }

    /** An assertion that the client signs, or another party has signed (RFC 7523 section 2.1). */
    record JwtBearer(GrantAssertion assertion) implements Direct {
        @Override
        public void addTo(Form form) {
            form.add("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer");
            form.add("assertion", assertion.next());
        }

        @Override
        public RefreshFailure onInvalidGrant(RefreshFailure.InvalidGrant failure, @Nullable Duration clockAhead) {
            return assertion.rejected(failure, clockAhead);
        }
    }

    /**
     * Exchanges a token of another issuer for one of this server (RFC 8693).
     *
     * @param subjectToken read for each request, because its issuer replaces it before it expires
     * @param subjectTokenType the type of the subject token (section 3)
     * @param requestedTokenType the type to request; null to let the server choose
     */
    record TokenExchange(
            SecretSource subjectToken,
            String subjectTokenType,
            @Nullable String requestedTokenType) implements Direct {
        @Override
        public void addTo(Form form) {
            form.add("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange");
            form.add("subject_token", newest(subjectToken));
            form.add("subject_token_type", subjectTokenType);
            if (requestedTokenType != null) {
                form.add("requested_token_type", requestedTokenType);
            }
        }

        @Override
        public RefreshFailure onInvalidGrant(RefreshFailure.InvalidGrant failure, @Nullable Duration clockAhead) {
            return GrantAssertion.foreignRejected(failure, "subject token");
        }
    }

    /** The user's own password (RFC 6749 section 4.3). RFC 9700 section 2.4 forbids this grant. */
    record Password(String username, SecretSource password) implements Direct {
        @Override
        public void addTo(Form form) {
            form.add("grant_type", "password");
            form.add("username", username);
            form.add("password", newest(password));
        }
    }

    private static Secret newest(SecretSource source) {
        return Objects.requireNonNull(source.read().getFirst());
    }
}
