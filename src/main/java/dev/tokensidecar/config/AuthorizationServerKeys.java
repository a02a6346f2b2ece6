package dev.tokensidecar.config;

import static dev.tokensidecar.config.Key.key;
import static dev.tokensidecar.config.ValueType.FLAG;
import static dev.tokensidecar.config.ValueType.LIST;
import static dev.tokensidecar.config.ValueType.PAIRS;
import static dev.tokensidecar.config.ValueType.POSITIVE_DURATION;
import static dev.tokensidecar.config.ValueType.TEXT;
import static dev.tokensidecar.config.ValueType.choice;
import static dev.tokensidecar.config.ValueType.wholeNumber;

import dev.tokensidecar.config.TokenSettings.AuthorizationServerSettings;
import dev.tokensidecar.config.TokenSettings.ExpiresInUnit;
import dev.tokensidecar.oauth2.ResponseLocation;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Declares and reads the group {@code authorization-server}. */
final class AuthorizationServerKeys {

    /**
     * The issuer identifier of the authorization server. The sidecar reads the token endpoint from its metadata.
     *
     * <p>Default: this, {@code token-endpoint} or {@code refresh-endpoint.url} has to be set unless the
     * {@code provider} brings an endpoint
     *
     * <p>When wrong: {@code is missing}, {@code exclude each other} with {@code token-endpoint}
     *
     * <p>Source: RFC 8414 section 3, OpenID Connect Discovery 1.0 section 4
     *
     * <p>Change it only when the issuer itself changes. Copy it exactly as the server spells it, with or without the
     * last {@code /}: the metadata has to name the same issuer.
     */
    static final OptionalKey<URI> ISSUER = key("authorization-server.issuer", ValueFormats.HTTP_URL);

    /**
     * The token endpoint itself, without discovery.
     *
     * <p>Type: a query is kept
     *
     * <p>Default: that of the {@code provider}, if it has one; this, {@code issuer} or {@code refresh-endpoint.url}
     * has to be set otherwise
     *
     * <p>When wrong: {@code exclude each other} with {@code issuer}
     *
     * <p>Source: RFC 6749 section 3.2
     *
     * <p>Change it when the server has no metadata, or when the sidecar has to reach it at an address other than the
     * published one.
     */
    static final OptionalKey<URI> TOKEN_ENDPOINT = key("authorization-server.token-endpoint", ValueFormats.HTTP_URL);

    /**
     * The time limit for a whole refresh. When it ends the refresh has failed, and the next one follows after the
     * back-off.
     *
     * <p>Source: own choice: long, because an abandoned response may contain the new refresh token
     *
     * <p>Change it when the server is known to take longer. At shutdown the sidecar waits for a response in flight no
     * longer than {@code sidecar.shutdown.grace-period}; raise that and {@code terminationGracePeriodSeconds} of the
     * pod too.
     */
    static final DefaultedKey<Duration> TIMEOUT =
            key("authorization-server.timeout", POSITIVE_DURATION).defaultsTo("30s");

    /**
     * The time limit for name resolution, and again for connection and TLS handshake together.
     *
     * <p>Source: own choice: callers wait {@code http.max-wait} and are better off with an early failure
     *
     * <p>Change it when the network to the server is slow, for instance through a VPN.
     */
    static final DefaultedKey<Duration> CONNECT_TIMEOUT = key(
                    "authorization-server.connect-timeout", POSITIVE_DURATION.lessThan(TIMEOUT))
            .defaultsTo("2s");

    /**
     * The maximum size of the body of a response, in bytes, after decompression. From a larger one the sidecar still saves a
     * refresh token that lies before the limit.
     *
     * <p>Type: bytes, at most 16 MiB
     *
     * <p>When wrong: at run time {@code invalid_response}, which names this key
     *
     * <p>Source: own choice: an access token with the groups of a user may have some hundred kilobytes
     *
     * <p>Change it when the server sends more. A response takes about four times its size in memory for a moment.
     */
    static final DefaultedKey<Integer> MAX_RESPONSE_BODY = key(
                    "authorization-server.max-response-body", wholeNumber(1024, 16 * 1024 * 1024))
            .defaultsTo("1048576");

    /**
     * The name of a TLS configuration of Quarkus ({@code quarkus.tls.<name>.*}), for a private CA or a client
     * certificate. See <a href="#keys-of-quarkus">below</a>.
     *
     * <p>Default: then the CAs of the JVM, or {@code quarkus.tls.*} without a name
     *
     * <p>When wrong: {@code names a TLS configuration that does not exist}
     *
     * <p>Source: Quarkus TLS registry; RFC 8705 for client certificates
     *
     * <p>Change it when the server's certificate does not come from a public CA.
     */
    static final OptionalKey<String> TLS_CONFIGURATION_NAME = key("authorization-server.tls-configuration-name", TEXT);

    /**
     * The unit of {@code expires_in} in the responses of this server.
     *
     * <p>Source: RFC 6749 section 5.1 demands seconds
     *
     * <p>Change it when {@code /status} shows lifetimes a thousand times too long.
     */
    static final DefaultedKey<ExpiresInUnit> EXPIRES_IN_UNIT = key(
                    "authorization-server.expires-in-unit", choice(ExpiresInUnit.class))
            .defaultsTo("seconds");

    /**
     * The response field with the expiry of the access token as a point in time, for servers that send no
     * {@code expires_in}.
     *
     * <p>When wrong: for a response without that field, the sidecar uses the lifetime in the token (JWT) or
     * {@code refresh.default-life}
     *
     * <p>Source: not in any RFC; some servers do so
     *
     * <p>Change it when the server sends a field like this and no {@code expires_in}.
     */
    static final OptionalKey<String> EXPIRES_AT_FIELD = key("authorization-server.expires-at-field", TEXT);

    /**
     * The endpoint that issues a code for a person.
     *
     * <p>Default: taken from the metadata of the {@code issuer}
     *
     * <p>When wrong: {@code is missing} with {@code grant.type=device_code} and no issuer, {@code is not used with}
     * another grant
     *
     * <p>Source: RFC 8628 sections 3.1 and 4
     *
     * <p>Change it when the server has no metadata, or names another address there.
     */
    static final OptionalKey<URI> DEVICE_AUTHORIZATION_ENDPOINT =
            key("authorization-server.device-authorization-endpoint", ValueFormats.HTTP_URL);

    /**
     * The endpoint where a person logs in with a browser. Only the command
     * <a href="commands.md#login">login</a> uses it.
     *
     * <p>Type: a query is kept
     *
     * <p>Default: that of the {@code provider}, if it has one, else taken from the metadata of the {@code issuer}
     *
     * <p>When wrong: the browser shows an error page, and {@code login} waits in vain; {@code is not used with} a grant
     * other than {@code refresh_token} and {@code device_code}
     *
     * <p>Source: RFC 6749 section 3.1
     *
     * <p>Change it when the server has no metadata, or names another address there.
     */
    static final OptionalKey<URI> AUTHORIZATION_ENDPOINT =
            key("authorization-server.authorization-endpoint", ValueFormats.HTTP_URL);

    /**
     * Whether the metadata of an {@code https} issuer may name an {@code http} endpoint. Refresh token and client
     * secret then travel in the clear; each read of the metadata logs a warning. Without this key, metadata of that
     * kind is a failure, {@code discovery_failed}. The sidecar always rejects endpoints with a user name or a
     * fragment. An {@code http} issuer may name {@code http} endpoints; the start logs a warning unless their host is loopback.
     *
     * <p>When wrong: {@code is not used without an https sidecar.token.authorization-server.issuer}
     *
     * <p>Source: RFC 6749 sections 3.2 and 10.4 demand TLS
     *
     * <p>Change it when something else encrypts the path to that endpoint, such as a service mesh, and the metadata
     * cannot be corrected.
     */
    static final DefaultedKey<Boolean> ALLOW_PLAIN_HTTP_ENDPOINTS =
            key("authorization-server.allow-plain-http-endpoints", FLAG).defaultsTo("false");

    /**
     * Further error codes by which this server rejects a refresh token: the value of {@code error}, the whole text of an error
     * that is not a code, any other code or message that the sidecar finds in the response, or {@code http_} and a status, such
     * as {@code http_400}, for a response without a word. The sidecar knows {@code invalid_grant}, {@code bad_refresh_token},
     * {@code invalid_refresh_token}, {@code token_expired}, {@code token_revoked}, {@code account_inactive},
     * {@code expired_token}, {@code interaction_required}, {@code consent_required} and {@code admin_policy_enforced},
     * with status 200, 400, 401 or 403. A code that is named here counts with any status below 500.
     *
     * <p>When wrong: a code that is missing here counts as a rejected client or request: {@code configuration} instead
     * of {@code reauthentication_required}
     *
     * <p>Source: RFC 6749 section 5.2 allows further codes
     *
     * <p>Change it when the log shows a rejected refresh token with a code of the server's own.
     */
    static final DefaultedKey<List<String>> DEAD_ERRORS =
            key("authorization-server.dead-errors", LIST).emptyByDefault();

    /**
     * The place of the error code in an error response.
     *
     * <p>Default: {@code error} as OAuth has it, then places where other servers put a known code, such as
     * {@code /errors/0/errorType}, {@code /code} and {@code /status}
     *
     * <p>Source: RFC 6749 section 5.2; RFC 6901
     *
     * <p>Change it when the server has its code elsewhere and the log does not show it. Then name the code of a rejected
     * refresh token in {@code dead-errors}.
     */
    static final OptionalKey<ResponseLocation> ERROR_CODE =
            key("authorization-server.error-code", ValueFormats.RESPONSE_LOCATION);

    /**
     * The place of the explanation in an error response. It becomes the detail of the error, without credentials and at most
     * 200 characters long.
     *
     * <p>Default: {@code error_description} as OAuth has it, then places where other servers put a message, such as
     * {@code /message} and {@code /errors/0/message}
     *
     * <p>Source: RFC 6749 section 5.2; RFC 6901
     *
     * <p>Change it when the server has its message elsewhere and the log does not show it.
     */
    static final OptionalKey<ResponseLocation> ERROR_DESCRIPTION =
            key("authorization-server.error-description", ValueFormats.RESPONSE_LOCATION);

    /**
     * Further headers of each request to the server, {@code Name=value,Name=value}. A value cannot contain a comma. Do
     * not put secrets here.
     *
     * <p>When wrong: {@code is not a header}, {@code must not name …} for the headers that the sidecar sets itself
     *
     * <p>Source: RFC 9110 section 5
     *
     * <p>Change it when, for instance, a gateway in front of the server needs to know a tenant.
     */
    static final DefaultedKey<Map<String, String>> EXTRA_HEADERS =
            key("authorization-server.extra-headers", PAIRS).emptyByDefault();

    private AuthorizationServerKeys() {}

    static AuthorizationServerSettings read(KeyReader keys) {
        return new AuthorizationServerSettings(
                keys.read(ISSUER),
                keys.read(TOKEN_ENDPOINT),
                keys.read(CONNECT_TIMEOUT),
                keys.read(TIMEOUT),
                keys.read(MAX_RESPONSE_BODY),
                keys.read(TLS_CONFIGURATION_NAME),
                keys.read(EXPIRES_IN_UNIT),
                keys.read(EXPIRES_AT_FIELD),
                keys.read(DEVICE_AUTHORIZATION_ENDPOINT),
                keys.read(AUTHORIZATION_ENDPOINT),
                keys.read(ALLOW_PLAIN_HTTP_ENDPOINTS),
                keys.read(DEAD_ERRORS),
                keys.read(ERROR_CODE),
                keys.read(ERROR_DESCRIPTION),
                keys.read(EXTRA_HEADERS));
    }
}
