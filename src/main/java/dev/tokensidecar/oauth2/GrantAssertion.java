package dev.tokensidecar.oauth2;

import dev.tokensidecar.oauth2.keys.SecretSource;
import dev.tokensidecar.token.RefreshFailure;
import dev.tokensidecar.token.Secret;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a client presents as a grant in the place of a refresh token (RFC 7521 section 4.1). */
public sealed interface GrantAssertion {

    /** Returns the assertion for the next request. May block. */
    Secret next();

    /**
     * Explains that the server has rejected the assertion. A configuration failure: a login would not help.
     *
     * @param clockAhead how far the clock of this host is ahead of the server's; null if unknown
     */
    RefreshFailure rejected(RefreshFailure.InvalidGrant failure, @Nullable Duration clockAhead);

    /** An assertion that another party signs, and renews in its file. */
    record Issued(SecretSource source) implements GrantAssertion {
        @Override
        public Secret next() {
            return Objects.requireNonNull(source.read().getFirst());
        }

        @Override
        public RefreshFailure rejected(RefreshFailure.InvalidGrant failure, @Nullable Duration clockAhead) {
            return foreignRejected(failure, "assertion");
        }
    }

    /** An assertion that the client signs for each request. */
    record SelfSigned(SelfSignedJwt jwt) implements GrantAssertion {

        /** Codes by which a server asks for a person, not for another assertion: DocuSign, Entra, Google. */
        private static final Set<String> CONSENT_MISSING =
                Set.of("consent_required", "interaction_required", "admin_policy_enforced");

        /** Smaller differences have other reasons: the date has no fractions, and the response took its time. */
        private static final Duration NOTABLE = Duration.ofSeconds(5);

        @Override
        public Secret next() {
            return jwt.sign().value();
        }

        @Override
        public RefreshFailure rejected(RefreshFailure.InvalidGrant failure, @Nullable Duration clockAhead) {
            String hint = CONSENT_MISSING.contains(failure.error())
                    ? "; the user or an administrator has to consent to what this client requests, at the server"
                    : "; the sidecar signs this assertion: check " + clock(clockAhead)
                            + ", then issuer, subject, audience and lifetime of the assertion, and whether the server knows"
                            + " the public key";
            return new RefreshFailure.Misconfigured(failure.error(), failure.detail() + hint);
        }

        private static String clock(@Nullable Duration ahead) {
            if (ahead == null || ahead.abs().compareTo(NOTABLE) < 0) {
                return "the clock of this host";
            }
            return "the clock of this host, which is %d s %s the server's"
                    .formatted(ahead.abs().toSeconds(), ahead.isNegative() ? "behind" : "ahead of");
        }
    }

    /** A configuration failure: a login would not help, but a new file does, and the sidecar reads it again soon. */
    static RefreshFailure foreignRejected(RefreshFailure.InvalidGrant failure, String what) {
        return new RefreshFailure.Misconfigured(
                failure.error(),
                failure.detail() + "; the " + what + " has expired, was used before, or has an issuer or audience that"
                        + " the server does not accept");
    }
}
