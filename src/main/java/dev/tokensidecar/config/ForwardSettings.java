package dev.tokensidecar.config;

import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What an operator has set for one way to an API; group {@code sidecar.forward.<name>}, {@code docs/configuration.md}
 * tells the keys, units and defaults.
 *
 * @param target where requests are passed on to
 * @param token name of the token that they get
 * @param port where the application sends them, on loopback
 * @param listenPath what their paths begin with, without a slash at its end; empty for every path
 * @param callerAuthorization what becomes of an {@code Authorization} that a request has already
 * @param cookies what becomes of cookies, in both directions
 * @param expired how this API says that a token is over; null for the usual ways only
 * @param tlsConfigurationName name of a TLS configuration of {@code quarkus.tls.*}; null for the default trust
 */
public record ForwardSettings(
        URI target,
        String token,
        int port,
        String listenPath,
        CallerAuthorization callerAuthorization,
        Cookies cookies,
        @Nullable Expired expired,
        LimitSettings limits,
        @Nullable String tlsConfigurationName) {

    /** What becomes of an {@code Authorization} that a request has already. */
    public enum CallerAuthorization {
        /** The API never sees it. */
        REPLACE,
        /** It goes to the API as it is, without a token of this sidecar, and its rejection concerns nobody here. */
        KEEP
    }

    /** What becomes of cookies. */
    public enum Cookies {
        /** Neither the API nor the caller gets any. */
        DROP,
        /** The caller gets those of the API for the listen path only. */
        SCOPE
    }

    /**
     * How an API says that a token is over.
     *
     * @param status of the answer
     * @param pointer where its JSON body has a text (RFC 6901)
     * @param text part of that text
     */
    public record Expired(int status, String pointer, String text) {}

    /**
     * What requests may take.
     *
     * @param maxRequests how many may be on their way at the same time; null for as many as there is memory for
     * @param maxKeptBody bytes of a body that are kept to send them again
     * @param connectTimeout limit for name resolution, connection and TLS handshake
     * @param idleTimeout how long nothing may move
     * @param bodyTimeout how long a caller may be slow in sending a body
     */
    public record LimitSettings(
            @Nullable Integer maxRequests,
            int maxKeptBody,
            Duration connectTimeout,
            Duration idleTimeout,
            Duration bodyTimeout) {}
}
