package dev.tokensidecar.oauth2;

import dev.tokensidecar.token.InitialGrant;
import dev.tokensidecar.token.RefreshFailure;
import dev.tokensidecar.token.Secret;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** How tokens are had without a refresh token; with one it is always RFC 6749 section 6. */
public sealed interface Grant {

    /** What the core has to know of it. */
    InitialGrant initial();

    /** Not at all: somebody brings the refresh token. */
    record RefreshTokenOnly() implements Grant {
        @Override
        public InitialGrant initial() {
            return InitialGrant.NONE;
        }
    }

    /** A person approves at another device (RFC 8628). */
    record DeviceCodeGrant(ServerEndpoint deviceAuthorizationEndpoint) implements Grant {
        @Override
        public InitialGrant initial() {
            return InitialGrant.ATTENDED;
        }
    }

    /** One request, with what the client has at hand. */
    sealed interface Direct extends Grant {

        /** Adds what this grant consists of; credentials are read anew each time. May block. */
        void addTo(Form form);

        /** What {@code invalid_grant} means where no refresh token was presented. */
        default RefreshFailure refused(RefreshFailure.InvalidGrant refusal) {
            return refusal;
        }

        @Override
        default InitialGrant initial() {
            return InitialGrant.UNATTENDED;
        }
    }

    /** The client on its own behalf (RFC 6749 section 4.4). */
    record ClientCredentials() implements Direct {
        @Override
        public void addTo(Form form) {
            form.add("grant_type", "client_credentials");
        }
    }

    /** An assertion that somebody else has signed (RFC 7523 section 2.1). */
    record JwtBearer(SecretSource assertion) implements Direct {
        @Override
        public void addTo(Form form) {
            form.add("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer");
            form.add("assertion", newest(assertion));
        }

        @Override
        public RefreshFailure refused(RefreshFailure.InvalidGrant refusal) {
            return notAccepted(refusal, "assertion");
        }
    }

    /**
     * A token of another issuer for one of this server (RFC 8693).
     *
     * @param subjectToken read at each request, for whoever issues it replaces it before its end
     * @param subjectTokenType what kind of token that is (section 3)
     * @param requestedTokenType what kind is wanted; null for the server's choice
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
        public RefreshFailure refused(RefreshFailure.InvalidGrant refusal) {
            return notAccepted(refusal, "subject token");
        }
    }

    /** A user's own password (RFC 6749 section 4.3), which RFC 9700 section 2.4 forbids. */
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

    /** Nobody can log in to mend that; another file can, and it is read again soon. */
    private static RefreshFailure notAccepted(RefreshFailure.InvalidGrant refusal, String what) {
        return new RefreshFailure.Misconfigured(
                refusal.error(),
                refusal.detail() + "; the " + what
                        + " is over, was used before, or has an issuer or audience that the server does not accept");
    }
}
