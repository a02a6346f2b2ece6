package dev.tokensidecar.token;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Why a refresh failed: every response of a token endpoint other than a success is one of these. */
public abstract sealed class RefreshFailure extends TokenException {

    private final String error;

    RefreshFailure(String code, String error, String message, @Nullable Duration retryAfter) {
        super(code, message, retryAfter);
        this.error = error;
    }

    /** The OAuth error code (RFC 6749 section 5.2), or our own short name where the server gave none. */
    public String error() {
        return error;
    }

    /** Whether the server may have processed the request, so that it may have used up the refresh token. */
    public boolean inDoubt() {
        return false;
    }

    /** Returns what somebody has to do about it, for logs and people. */
    public final String cure() {
        return Cure.of(this);
    }

    /** Returns the same failure for a caller that asks during the back-off. */
    public abstract RefreshFailure retryIn(Duration remaining);

    /** The server or the network is down, slow or busy (RFC 6585 section 4, RFC 9110 section 15.6). */
    public static final class Unavailable extends RefreshFailure {
        private final boolean inDoubt;
        private final boolean throttled;

        /**
         * Creates a failure; the factory methods create the common ones.
         *
         * @param inDoubt whether the server may have processed the request
         * @param throttled whether the server asked for fewer requests (429, {@code slow_down})
         * @param retryAfter when the server wants the next request; null if it did not say
         */
        public Unavailable(
                String error, String message, boolean inDoubt, boolean throttled, @Nullable Duration retryAfter) {
            super("temporarily_unavailable", error, message, retryAfter);
            this.inDoubt = inDoubt;
            this.throttled = throttled;
        }

        /** The server certainly did not process the request. */
        public static Unavailable unprocessed(String error, String message) {
            return new Unavailable(error, message, false, false, null);
        }

        /** The server may have processed the request. */
        public static Unavailable maybeProcessed(String error, String message) {
            return new Unavailable(error, message, true, false, null);
        }

        static Unavailable shuttingDown() {
            return unprocessed("shutting_down", "the sidecar is shutting down");
        }

        public boolean throttled() {
            return throttled;
        }

        @Override
        public boolean inDoubt() {
            return inDoubt;
        }

        @Override
        public Unavailable retryIn(Duration remaining) {
            return new Unavailable(error(), detail(), inDoubt, throttled, remaining);
        }
    }

    /** A response that is not a token response: HTML, half a JSON document, a success without a token. */
    public static final class InvalidResponse extends RefreshFailure {

        private final boolean ofToken;

        public InvalidResponse(String message) {
            this(message, false, null);
        }

        private InvalidResponse(String message, boolean ofToken, @Nullable Duration retryAfter) {
            super("invalid_response", "invalid_response", message, retryAfter);
            this.ofToken = ofToken;
        }

        /** A well-formed response with an access token that callers could not use. */
        public static InvalidResponse ofToken(String message) {
            return new InvalidResponse(message, true, null);
        }

        /** Whether it is the access token that is not usable, and not the response. */
        public boolean ofToken() {
            return ofToken;
        }

        /** A server that sends garbage may have rotated the refresh token before that. */
        @Override
        public boolean inDoubt() {
            return true;
        }

        @Override
        public InvalidResponse retryIn(Duration remaining) {
            return new InvalidResponse(detail(), ofToken, remaining);
        }
    }

    /** The server rejected the refresh token ({@code invalid_grant}, RFC 6749 section 5.2): somebody has to log in again. */
    public static final class InvalidGrant extends RefreshFailure {

        public InvalidGrant(String error, String message) {
            super("reauthentication_required", error, message, null);
        }

        @Override
        public InvalidGrant retryIn(Duration remaining) {
            return this;
        }
    }

    /** A person has to approve first (RFC 8628 section 3.5). */
    public static final class AuthorizationPending extends RefreshFailure {
        private final LoginPrompt prompt;
        private final Duration interval;

        /**
         * @param prompt what the person has to do
         * @param interval how long to wait before the next request
         */
        public AuthorizationPending(LoginPrompt prompt, Duration interval) {
            super(
                    "reauthentication_required",
                    "authorization_pending",
                    "somebody has to log in: open %s and enter the code %s"
                            .formatted(prompt.verificationUri(), prompt.userCode()),
                    null);
            this.prompt = prompt;
            this.interval = interval;
        }

        public LoginPrompt prompt() {
            return prompt;
        }

        public Duration interval() {
            return interval;
        }

        @Override
        public AuthorizationPending retryIn(Duration remaining) {
            return this;
        }
    }

    /** The server does not accept this client or this request as configured ({@code invalid_client}, {@code invalid_scope}). */
    public static final class Misconfigured extends RefreshFailure {

        private final boolean explained;

        public Misconfigured(String error, String message) {
            this(error, message, false);
        }

        private Misconfigured(String error, String message, boolean explained) {
            super("configuration", error, message, null);
            this.explained = explained;
        }

        /** A failure whose message says what to do. */
        public static Misconfigured explained(String error, String message) {
            return new Misconfigured(error, message, true);
        }

        /** Whether the message says what to do, so that a person needs no {@link #cure()} beside it. */
        public boolean explained() {
            return explained;
        }

        @Override
        public Misconfigured retryIn(Duration remaining) {
            return this;
        }
    }
}
