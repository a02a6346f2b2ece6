package dev.tokensidecar.config;

import static dev.tokensidecar.config.Key.key;
import static dev.tokensidecar.config.ValueType.DURATION;
import static dev.tokensidecar.config.ValueType.FLAG;
import static dev.tokensidecar.config.ValueType.LIST;
import static dev.tokensidecar.config.ValueType.PAIRS;
import static dev.tokensidecar.config.ValueType.POSITIVE_DURATION;
import static dev.tokensidecar.config.ValueType.TEXT;
import static dev.tokensidecar.config.ValueType.choice;

import dev.tokensidecar.config.IntrospectionSettings.CheckMethod;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Declares the group {@code sidecar.introspection.<name>}. */
final class IntrospectionKeys {

    /** Precedes the name in every key. */
    static final String PREFIX = "sidecar.introspection.";

    /** The prefix of the keys of any issuer. */
    static final String ANY = PREFIX + "<name>.";

    /**
     * The issuer whose tokens the application accepts, exactly as the tokens state it in {@code iss}. The sidecar reads
     * the addresses of the keys and of the introspection endpoint from its metadata.
     *
     * <p>Type: no query
     *
     * <p>When wrong: {@code is missing}, {@code must have no query}, {@code is the same as that of …}
     *
     * <p>Source: RFC 8414 section 3, RFC 9068 section 4
     *
     * <p>Change it only when the issuer itself changes. For another issuer configure another name.
     */
    static final OptionalKey<URI> ISSUER = key("issuer", ValueFormats.HTTP_URL);

    /**
     * How the sidecar checks tokens:
     *
     * <ul>
     *   <li>{@code jwt}: all tokens are JWTs, and the keys of the issuer verify them. No request for a token.
     *   <li>{@code server}: the sidecar asks the introspection endpoint about every token, JWTs of this issuer included.
     *       A revoked token is inactive after {@code server.max-answer-age}.
     *   <li>{@code mixed}: JWTs by the keys, and every other token at the introspection endpoint.
     * </ul>
     *
     * <p>When wrong: {@code … but an opaque token does not say whose it is}
     *
     * <p>Source: RFC 9068, RFC 7662
     *
     * <p>Change it when the issuer has opaque tokens, or when a revoked token must not be accepted until it expires.
     */
    static final DefaultedKey<CheckMethod> METHOD =
            key("method", choice(CheckMethod.class)).defaultsTo("jwt");

    /**
     * The names of the application at this issuer. A token has to name one of them in {@code aud}.
     *
     * <p>Default: required, unless {@code any-audience} is set
     *
     * <p>When wrong: {@code is missing}, {@code is not used with} {@code any-audience}
     *
     * <p>Source: RFC 7519 section 4.1.3, RFC 9068 section 4
     *
     * <p>Change it when the application is registered under another name. Without this check, a token for any other API
     * of the issuer would do.
     */
    static final DefaultedKey<List<String>> AUDIENCE = key("audience", LIST).emptyByDefault();

    /**
     * Whether tokens for any audience are accepted, and those without one. Then every API that gets a token of a user can
     * use it here.
     *
     * <p>Source: own choice; RFC 8725 section 3.9 demands the check
     *
     * <p>Change it when the issuer cannot put an audience into its tokens. Then require a scope or a claim that only tokens
     * for this application have.
     */
    static final DefaultedKey<Boolean> ANY_AUDIENCE = key("any-audience", FLAG).defaultsTo("false");

    /**
     * The signature algorithms that are allowed. None of them is symmetric, and {@code none} is not among them.
     *
     * <p>When wrong: {@code names an algorithm that is not supported}, {@code is not used with} {@code method=server}
     *
     * <p>Source: RFC 7518 section 3.1, RFC 8037 section 3.1, RFC 8725 section 3.1
     *
     * <p>Change it to the one that the issuer uses.
     */
    static final DefaultedKey<List<String>> ALGORITHMS =
            key("algorithms", LIST).defaultsTo("RS256,RS384,RS512,PS256,PS384,PS512,ES256,ES384,ES512,EdDSA");

    /**
     * How far the clocks of issuer and pod may differ, for {@code exp} and {@code nbf}.
     *
     * <p>Type: at most 5 minutes
     *
     * <p>When wrong: {@code must not be more than 5m}
     *
     * <p>Source: RFC 7519 section 4.1.4 allows a few minutes. Own choice: clocks that are synchronized differ by less than
     * a second, and a token that is valid for five minutes lives a tenth longer with this
     *
     * <p>Change it when the clock of a machine cannot be relied on.
     */
    static final DefaultedKey<Duration> LEEWAY = key("leeway", DURATION).defaultsTo("30s");

    /**
     * What the header {@code typ} of a JWT has to say, such as {@code at+jwt}.
     *
     * <p>Default: then {@code at+jwt}, {@code JWT} and no {@code typ} are accepted, and every other kind of JWT is not
     *
     * <p>When wrong: {@code is not used with} {@code method=server}
     *
     * <p>Source: RFC 9068 section 2.1, RFC 8725 section 3.11
     *
     * <p>Change it to {@code at+jwt} when the issuer follows RFC 9068: then no ID token passes.
     */
    static final OptionalKey<String> TOKEN_TYPE = key("token-type", TEXT);

    /**
     * The scope that every token needs, separated by spaces. The sidecar finds it in {@code scope} or {@code scp}.
     *
     * <p>When wrong: no token is active, and the log says {@code reason=scope}
     *
     * <p>Source: RFC 6749 section 3.3, RFC 9068 section 2.2.3
     *
     * <p>Change it when nobody may call the application without it. Scopes of single operations are for the application.
     */
    static final OptionalKey<String> REQUIRED_SCOPE = key("required-scope", TEXT);

    /**
     * Claims that every token needs, {@code claim=value,claim=value}. A claim that is a list needs this value among others.
     * A name that begins with {@code /} is a JSON pointer, as in {@code /realm_access/roles=admin}.
     *
     * <p>When wrong: {@code names a JSON pointer that is none}
     *
     * <p>Source: RFC 7519 section 4, RFC 6901
     *
     * <p>Change it when the issuer has other users too: to the tenant of your organization, for instance.
     */
    static final DefaultedKey<Map<String, String>> REQUIRED_CLAIMS =
            key("required-claims", PAIRS).emptyByDefault();

    /**
     * The time limit for a request to the issuer. A caller waits for one only if there are no keys yet, if its token names a
     * new key, or if the server is asked.
     *
     * <p>Source: own choice: somebody waits for the application meanwhile
     *
     * <p>Change it when the issuer is slower.
     */
    static final DefaultedKey<Duration> TIMEOUT =
            key("timeout", POSITIVE_DURATION).defaultsTo("5s");

    /**
     * The time limit for name resolution, and again for connection and TLS handshake together.
     *
     * <p>Source: own choice
     *
     * <p>Change it when the network to the issuer is slow.
     */
    static final DefaultedKey<Duration> CONNECT_TIMEOUT =
            key("connect-timeout", POSITIVE_DURATION.lessThan(TIMEOUT)).defaultsTo("2s");

    /**
     * Where the keys of the issuer are.
     *
     * <p>Default: taken from the metadata of the {@code issuer}, and never without TLS if the issuer has TLS
     *
     * <p>When wrong: {@code is not used with} {@code method=server}
     *
     * <p>Source: RFC 7517 section 5, RFC 8414 section 2
     *
     * <p>Change it when the issuer has no metadata. Whoever can change what this address serves can make tokens.
     */
    static final OptionalKey<URI> JWKS_URI = key("keys.jwks-uri", ValueFormats.HTTP_URL);

    /**
     * How long the sidecar keeps keys without a successful fetch. After that it answers 503 instead of using keys that the
     * issuer may have withdrawn.
     *
     * <p>When wrong: {@code is not used with} {@code method=server}
     *
     * <p>Source: own choice: longer than an outage that nobody repairs at night
     *
     * <p>Change it to a shorter time if a withdrawn key must not be accepted that long while the issuer is unreachable.
     */
    static final DefaultedKey<Duration> KEYS_MAX_AGE =
            key("keys.max-age", POSITIVE_DURATION).defaultsTo("24h");

    /**
     * How long after a fetch of the keys the next one follows. A new key is found at once, whatever this says, and a
     * withdrawn one after this time.
     *
     * <p>When wrong: {@code is not used with} {@code method=server}
     *
     * <p>Source: own choice: a withdrawn key is useless after five minutes, for twelve requests an hour
     *
     * <p>Change it when the issuer asks for fewer requests.
     */
    static final DefaultedKey<Duration> KEYS_REFRESH =
            key("keys.refresh", POSITIVE_DURATION.lessThan(KEYS_MAX_AGE)).defaultsTo("5m");

    /**
     * The name of a TLS configuration of Quarkus ({@code quarkus.tls.<name>.*}), for an issuer with a certificate of a
     * private CA. See <a href="#keys-of-quarkus">below</a>.
     *
     * <p>Default: then the CAs of the JVM, or {@code quarkus.tls.*} without a name
     *
     * <p>When wrong: {@code names a TLS configuration that does not exist}, {@code is not used with} {@code method=server}
     *
     * <p>Source: Quarkus TLS registry
     *
     * <p>Change it when the issuer's certificate does not come from a public CA.
     */
    static final OptionalKey<String> KEYS_TLS_CONFIGURATION_NAME = key("keys.tls-configuration-name", TEXT);

    /**
     * The token whose client asks the server: {@code default} for the one of {@code /token}, or the name in
     * {@code sidecar.tokens.<name>}. The sidecar authenticates with the keys {@code client.*} of that token, and reaches the
     * server with its {@code authorization-server.tls-configuration-name} and {@code extra-headers}. The token has the same
     * issuer, unless {@code server.introspection-endpoint} is set.
     *
     * <p>Type: name of a configured token
     *
     * <p>Default: required with {@code method=server} and {@code method=mixed}
     *
     * <p>When wrong: {@code is missing}, {@code names no token of an OAuth server}, {@code names a client of}
     * another issuer, {@code names a client that does not authenticate}, {@code is not used with} {@code method=jwt}
     *
     * <p>Source: RFC 7662 section 2.1
     *
     * <p>Change it when another client is allowed to introspect tokens.
     */
    static final OptionalKey<String> SERVER_CLIENT = key("server.client", TEXT);

    /**
     * The introspection endpoint of the server.
     *
     * <p>Default: taken from the metadata of the {@code issuer}
     *
     * <p>When wrong: {@code must begin with https with} a client authentication by certificate, {@code is not used with}
     * {@code method=jwt}
     *
     * <p>Source: RFC 7662 section 2, RFC 8414 section 2
     *
     * <p>Change it when the server has no metadata, or names another address there.
     */
    static final OptionalKey<URI> SERVER_ENDPOINT = key("server.introspection-endpoint", ValueFormats.HTTP_URL);

    /**
     * How long an answer of the server serves further callers with the same token. A revoked token is active that much
     * longer. With {@code 0s} only callers at the same time share a request.
     *
     * <p>Type: at most 1 minute
     *
     * <p>When wrong: {@code must not be more than 1m}, {@code is not used with} {@code method=jwt}
     *
     * <p>Source: RFC 7662 section 4 leaves it to us. Own choice: a page that causes twenty calls costs one request
     *
     * <p>Change it to {@code 0s} when a revoked token must not be accepted for a moment.
     */
    static final DefaultedKey<Duration> SERVER_MAX_ANSWER_AGE =
            key("server.max-answer-age", DURATION).defaultsTo("5s");

    private IntrospectionKeys() {}
}
