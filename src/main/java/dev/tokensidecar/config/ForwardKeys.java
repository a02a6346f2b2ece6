package dev.tokensidecar.config;

import static dev.tokensidecar.config.Key.key;
import static dev.tokensidecar.config.ValueType.POSITIVE_DURATION;
import static dev.tokensidecar.config.ValueType.TEXT;
import static dev.tokensidecar.config.ValueType.choice;
import static dev.tokensidecar.config.ValueType.hyphenatedChoice;
import static dev.tokensidecar.config.ValueType.wholeNumber;

import dev.tokensidecar.config.ForwardSettings.CallerAuthorization;
import dev.tokensidecar.config.ForwardSettings.Cookies;
import dev.tokensidecar.config.ForwardSettings.Protocol;
import dev.tokensidecar.config.ForwardSettings.Subject;
import java.net.URI;
import java.time.Duration;

/** Declares the group {@code sidecar.forward.<name>}. */
final class ForwardKeys {

    /** Precedes the name in every key. */
    static final String PREFIX = "sidecar.forward.";

    /** The prefix of the keys of any route. */
    static final String ANY = PREFIX + "<name>.";

    /**
     * The API that the sidecar forwards to. All paths of forwarded requests begin with its path.
     *
     * <p>Type: no query
     *
     * <p>When wrong: {@code is missing}, {@code must have no query}
     *
     * <p>Source: RFC 9110 section 4.2
     *
     * <p>Change it when the API moves. For another API configure another name. With {@code http} the token travels in
     * plain text, and the start logs a warning unless the host is loopback.
     */
    static final OptionalKey<URI> TARGET = key("target", ValueFormats.HTTP_URL);

    /**
     * The token that the sidecar adds to requests: {@code default} for the one of {@code /token}, or the name in
     * {@code sidecar.tokens.<name>}.
     *
     * <p>Type: name of a configured token
     *
     * <p>When wrong: {@code names no configured token: write one of …}
     *
     * <p>Source: own choice
     *
     * <p>Change it when the API needs another audience or scope.
     */
    static final DefaultedKey<String> TOKEN = key("token", TEXT).defaultsTo(SidecarSettings.DEFAULT_TOKEN);

    /**
     * Whose token the API gets. {@code application}: the one that the sidecar keeps for the application.
     * {@code caller-authorization}: one for the user. The request brings the token of the user as
     * {@code Authorization: Bearer}, and the sidecar exchanges it, as configured with {@code grant.subject=request} for the
     * token.
     *
     * <p>When wrong: {@code needs a token with grant.subject=request}
     *
     * <p>Source: RFC 8693 section 1.1, RFC 6750 section 2.1
     *
     * <p>Change it when the application passes on the token of the user who calls it.
     */
    static final DefaultedKey<Subject> SUBJECT =
            key("subject", hyphenatedChoice(Subject.class)).defaultsTo("application");

    /**
     * The version of HTTP that the sidecar speaks to the API, whatever the caller speaks. {@code auto}: HTTP/2 if an
     * {@code https} API offers it, else HTTP/1.1. {@code http1}: HTTP/1.1 only. {@code http2}: HTTP/2 to an {@code http} API as
     * well, which must expect it (prior knowledge).
     *
     * <p>When wrong: {@code cannot be http2 through a proxy without TLS}; at run time {@code target_unavailable}:
     * {@code does not speak HTTP/2 without TLS}; for gRPC with HTTP/1.1 {@code configuration}
     *
     * <p>Source: RFC 9113 section 3
     *
     * <p>Change it to {@code http2} for a gRPC server without TLS, or to {@code http1} for an API whose HTTP/2 does not work.
     */
    static final DefaultedKey<Protocol> PROTOCOL =
            key("protocol", choice(Protocol.class)).defaultsTo("auto");

    /**
     * The port for the application's requests, on 127.0.0.1 and [::1]. Routes with different paths may share a port.
     *
     * <p>When wrong: {@code is the same as quarkus.http.port: write another one}
     *
     * <p>Source: own choice
     *
     * <p>Change it for an application that needs a base URL without a path, such as a gRPC client: on any other port the
     * route takes every path.
     */
    static final DefaultedKey<Integer> PORT = key("port", ValueType.PORT).defaultsTo("8192");

    /**
     * The path prefix of the route's requests; the rest goes to the target. The longest matching prefix counts.
     *
     * <p>Default: {@code /<name>} on port 8192 and {@code /} on another
     *
     * <p>When wrong: {@code is the same as that of … on the same port}
     *
     * <p>Source: own choice
     *
     * <p>Change it when the application has its own path in its URLs.
     */
    static final OptionalKey<String> LISTEN_PATH = key("listen-path", ValueFormats.HTTP_PATH);

    /**
     * What happens to an {@code Authorization} that a request already has: {@code replace} drops it, {@code keep} sends
     * it to the API instead of a token. If the API rejects a header that was kept, the caller has to handle that.
     *
     * <p>When wrong: {@code cannot be keep with sidecar.guard.caller-secret-file}
     *
     * <p>Source: own choice: what a caller sends to this sidecar is for this sidecar
     *
     * <p>Change it when some requests bring their own credentials.
     */
    static final DefaultedKey<CallerAuthorization> CALLER_AUTHORIZATION =
            key("caller-authorization", choice(CallerAuthorization.class)).defaultsTo("replace");

    /**
     * What happens to cookies. {@code drop}: the caller gets no cookies of the API, and the API gets no cookies of the
     * caller. {@code scope}: the sidecar rewrites {@code Set-Cookie} for the paths of this route, and passes
     * {@code Cookie} on. To a cookie jar every route is the same host, whatever its port, so a route with
     * {@code scope} must not share paths with another route.
     *
     * <p>When wrong: {@code cannot be scope: its paths and those of … overlap}
     *
     * <p>Source: own choice; RFC 6265 section 8.5
     *
     * <p>Change it for an API that needs its cookies back, such as one with sticky sessions.
     */
    static final DefaultedKey<Cookies> COOKIES =
            key("cookies", choice(Cookies.class)).defaultsTo("drop");

    /**
     * The status of the responses that {@code expired-pointer} and {@code expired-text} apply to. With 401 they
     * replace the usual signs of an expired token, with another status they add one more. A status from 200 to 299 is for APIs
     * that report every error with it. The sidecar then reads the first 64 KiB of each JSON document before the caller gets
     * them, and streams everything else. So it is not for a route with JSON documents that have no end, such as watches.
     *
     * <p>When wrong: {@code needs …expired-pointer and …expired-text}, {@code must not be a redirect}
     *
     * <p>Source: own choice
     *
     * <p>Change it for an API that does not follow RFC 6750 section 3.1.
     */
    static final DefaultedKey<Integer> EXPIRED_STATUS =
            key("expired-status", wholeNumber(200, 499)).defaultsTo("401");

    /**
     * The place of a text in the JSON body of a response with that status.
     *
     * <p>When wrong: {@code needs …expired-pointer and …expired-text}
     *
     * <p>Source: RFC 6901
     *
     * <p>Change it with the other two.
     */
    static final OptionalKey<String> EXPIRED_POINTER = key("expired-pointer", ValueFormats.JSON_POINTER);

    /**
     * A part of that text that means that the token has expired; upper and lower case do not matter.
     *
     * <p>When wrong: {@code needs …expired-pointer and …expired-text}
     *
     * <p>Source: own choice
     *
     * <p>Change it with the other two. Write something that the API says about expired tokens only: each match costs a
     * refresh, though at most one per {@code refresh.rejected-interval}.
     */
    static final OptionalKey<String> EXPIRED_TEXT = key("expired-text", TEXT);

    /**
     * A part of the {@code WWW-Authenticate} of a 401 that means that the token has expired, besides the usual signs; upper and
     * lower case do not matter.
     *
     * <p>When wrong: a 401 that no new token cures costs a refresh, though at most one per {@code refresh.rejected-interval}
     *
     * <p>Source: own choice
     *
     * <p>Change it for an API whose challenge is not that of RFC 6750, such as {@code Bearer error="token_expired"} or
     * {@code Token}. Write something that the API says about expired tokens only.
     */
    static final OptionalKey<String> EXPIRED_CHALLENGE = key("expired-challenge", TEXT);

    /**
     * How many requests may be in flight at the same time. When there are more, users share the slots equally:
     *
     * <ul>
     *   <li>A user above its share gets {@code too_many_requests} for its newest requests, even if their responses have
     *       started. Other users get those slots.
     *   <li>A request that the API may have carried out keeps its slot. Then the other user waits for the next free
     *       slot, for at most 1.5 times {@code idle-timeout}.
     * </ul>
     *
     * <p>Default: as many as fit into a sixteenth of the heap at 16 KiB each, from 16 to 1000: about 150 in a
     * container of 128Mi
     *
     * <p>Source: own choice; <a href="decisions.md#forwarding-has-an-eighth-of-the-heap">the arithmetic</a>
     *
     * <p>Change it to keep some of the slots for other routes: all routes together have as many as the default says,
     * or as the largest number that is set here.
     */
    static final OptionalKey<Integer> MAX_REQUESTS = key("max-requests", wholeNumber(1));

    /**
     * How much of a request's body the sidecar keeps to send it again, in bytes. It forwards a longer body all the
     * same, but does not repeat it.
     *
     * <p>Type: bytes
     *
     * <p>Source: own choice
     *
     * <p>Change it when larger bodies must survive the expiry of a token. All requests together share a sixteenth of
     * the heap for this and for other buffered data.
     */
    static final DefaultedKey<Integer> MAX_KEPT_BODY =
            key("max-kept-body", wholeNumber(0)).defaultsTo("65536");

    /**
     * The time limit for name resolution, connection and TLS handshake with the API.
     *
     * <p>Source: own choice
     *
     * <p>Change it for an API that is far away.
     */
    static final DefaultedKey<Duration> CONNECT_TIMEOUT =
            key("connect-timeout", POSITIVE_DURATION).defaultsTo("2s");

    /**
     * The sidecar aborts a request after this time without data from the caller or the API. It fires after 1 to 1.5
     * times the configured time.
     *
     * <p>Source: own choice, like most proxies
     *
     * <p>Change it for an API that needs longer before it responds, or for streams and WebSockets that are silent for longer.
     */
    static final DefaultedKey<Duration> IDLE_TIMEOUT =
            key("idle-timeout", POSITIVE_DURATION).defaultsTo("1m");

    /**
     * How long a caller may be slow in sending the body of a request, in total. A caller is slow while less than 1 KiB
     * a second arrives although the API would accept more. It fires after 1 to 1.125 times the configured time. It does not
     * apply to calls of gRPC, which may be streams.
     *
     * <p>Source: own choice
     *
     * <p>Change it for callers that generate a body bit by bit while they send it.
     */
    static final DefaultedKey<Duration> BODY_TIMEOUT =
            key("body-timeout", POSITIVE_DURATION).defaultsTo("1m");

    /**
     * The name of a TLS configuration ({@code quarkus.tls.<name>.*}) with the CAs to trust and the client certificate
     * to present. The sidecar reads its files again every minute.
     *
     * <p>When wrong: {@code names a TLS configuration that does not exist}
     *
     * <p>Source: Quarkus
     *
     * <p>Change it for an API with a certificate of a private CA, or an API that demands a client certificate. See
     * <a href="#keys-of-quarkus">below</a>.
     */
    static final OptionalKey<String> TLS_CONFIGURATION_NAME = key("tls-configuration-name", TEXT);

    private ForwardKeys() {}
}
