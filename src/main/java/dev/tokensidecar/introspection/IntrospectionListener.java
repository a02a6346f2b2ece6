package dev.tokensidecar.introspection;

import dev.tokensidecar.token.RefreshFailure;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Hears of checks and of key sets: the port for metrics and log. Never sees a token, a claim or a hash. */
public interface IntrospectionListener {

    /** Why the keys of an issuer were fetched. */
    enum FetchCause {
        /** At the start, ahead of time, or again after a failure. */
        SCHEDULE,
        /** A token names a key that is not known. */
        UNKNOWN_KEY
    }

    /** A token is active. */
    default void active(String issuer) {}

    /**
     * A token is not active.
     *
     * @param issuer null if the token is of none of the configured issuers
     */
    default void inactive(@Nullable String issuer, InactiveReason reason) {}

    /**
     * A token could not be checked.
     *
     * @param issuer null if it is not known, because nobody has looked at the token
     */
    default void unavailable(@Nullable String issuer) {}

    /**
     * A fetch of keys has ended.
     *
     * @param usable how many usable keys the issuer has now; those of an earlier fetch count
     * @param failure null if it brought keys
     */
    default void keysFetched(String issuer, FetchCause cause, int usable, @Nullable RefreshFailure failure) {}

    /**
     * A request to an introspection endpoint has ended.
     *
     * @param failure null for a response
     */
    default void asked(String issuer, Duration duration, @Nullable RefreshFailure failure) {}
}
