package dev.tokensidecar.config;

import static dev.tokensidecar.config.Key.key;
import static dev.tokensidecar.config.ValueType.PAIRS;
import static dev.tokensidecar.config.ValueType.STATUSES;
import static dev.tokensidecar.config.ValueType.choice;

import dev.tokensidecar.config.TokenSettings.GrantType;
import dev.tokensidecar.oauth2.RefreshEndpoint;
import dev.tokensidecar.oauth2.RefreshEndpoint.Body;
import dev.tokensidecar.oauth2.RefreshEndpoint.Method;
import dev.tokensidecar.oauth2.RefreshEndpoint.Request;
import dev.tokensidecar.oauth2.RefreshEndpoint.Response;
import dev.tokensidecar.oauth2.ResponseLocation;
import java.net.URI;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Declares and reads the group {@code refresh-endpoint}. */
final class RefreshEndpointKeys {

    static final String GROUP = "refresh-endpoint.";

    /**
     * The address of the endpoint.
     *
     * <p>Type: a query is kept
     *
     * <p>Default: set it for a server that does not speak OAuth
     *
     * <p>When wrong: keys for OAuth only are violations: {@code is not used with}; {@code is missing} with
     * {@code provider=github_app}
     *
     * <p>Source: own choice
     *
     * <p>Change it when the login service moves. The sidecar follows no redirects, because they would carry the
     * refresh token elsewhere.
     */
    static final OptionalKey<URI> URL = key("refresh-endpoint.url", ValueFormats.HTTP_URL);

    /**
     * The method of the request.
     *
     * <p>When wrong: the server answers a wrong method with 405
     *
     * <p>Source: RFC 9110 section 9.3, RFC 5789
     *
     * <p>Change it when the service needs another method. {@code get} needs {@code body=none} and the refresh token in
     * a header.
     */
    static final DefaultedKey<Method> METHOD =
            key("refresh-endpoint.method", choice(Method.class)).defaultsTo("post");

    /**
     * The format of the request body.
     *
     * <p>When wrong: {@code must be none with} the method {@code get}
     *
     * <p>Source: RFC 8259; the form is {@code application/x-www-form-urlencoded}
     *
     * <p>Change it to {@code form} when the service reads no JSON, to {@code none} when it expects the refresh token
     * in a header.
     */
    static final DefaultedKey<Body> BODY =
            key("refresh-endpoint.body", choice(Body.class)).defaultsTo("json");

    /**
     * The fields of the body, {@code name=value,name=value}. In a value, {@code {refresh_token}} stands for the
     * refresh token and {@code {client_secret}} for the content of {@code client.secret-file}, for instance an API
     * key. With {@code json}, a name that begins with {@code /} is a JSON pointer and creates nested objects:
     * {@code /session/token={refresh_token}}. A number at its end makes a list, in the order of the fields:
     * {@code /repositories/0=shop}. All values are texts, and the sidecar encodes them as the body needs. A
     * value cannot contain a comma. Do not put secrets here.
     *
     * <p>With {@code grant.type=jwt_bearer}, {@code {assertion}} stands for the assertion, and takes the place of
     * {@code {refresh_token}}. Then there are no fields by default, and no body without fields.
     *
     * <p>When wrong: {@code does not say where the refresh token belongs} (or {@code the assertion}),
     * {@code has a placeholder that is not known}, {@code has a name that is not a JSON pointer},
     * {@code names one place twice, or a place within another},
     * {@code makes one place both a list and an object}, {@code has a name that begins with a slash},
     * {@code is not used with} the body {@code none}
     *
     * <p>Source: RFC 6901
     *
     * <p>Change it when the service has another name for the refresh token, or needs more fields.
     */
    static final DefaultedKey<Map<String, String>> FIELDS =
            key("refresh-endpoint.fields", PAIRS).defaultsTo("refreshToken={refresh_token}");

    /**
     * Headers of the request, {@code Name=value,Name=value}, which add to the usual headers or replace them; the same
     * placeholders. A value cannot contain a comma. Do not put secrets here.
     *
     * <p>When wrong: {@code cannot be used: write names and values that fit into a header}, {@code must not name …}
     * for {@code Host}, {@code Content-Length} and similar headers, {@code names a header more than once},
     * {@code does not say where the refresh token belongs}, {@code has a placeholder that is not known}; at run time
     * {@code credential_unusable}
     *
     * <p>Source: RFC 9110 section 5
     *
     * <p>Change it when the service expects an API key ({@code X-Api-Key={client_secret}}), or the refresh token as
     * {@code Authorization=Bearer {refresh_token}} or {@code Cookie=session={refresh_token}}. From a secret file with
     * two lines the sidecar sends the first.
     */
    static final DefaultedKey<Map<String, String>> HEADERS =
            key("refresh-endpoint.headers", PAIRS).emptyByDefault();

    /**
     * The place of the access token in the response. The sidecar removes a leading {@code Bearer }.
     *
     * <p>When wrong: at run time {@code invalid_response}, which names the place where nothing was found
     *
     * <p>Source: RFC 6901
     *
     * <p>Change it when it is elsewhere: {@code Authorization} for that header, {@code /data/tokens/0/value} for a
     * nested one.
     */
    static final DefaultedKey<ResponseLocation> ACCESS_TOKEN =
            key("refresh-endpoint.access-token", ValueFormats.RESPONSE_LOCATION).defaultsTo("/accessToken");

    /**
     * The place of a new refresh token in the response. Without a new one, the old refresh token stays valid.
     *
     * <p>When wrong: {@code is not used with} {@code grant.type=jwt_bearer}
     *
     * <p>Source: RFC 6901
     *
     * <p>Change it when it is elsewhere: {@code cookie:session} for the cookie of that name. A service that issues a new
     * refresh token each time needs a {@code store.file}.
     */
    static final DefaultedKey<ResponseLocation> REFRESH_TOKEN = key(
                    "refresh-endpoint.refresh-token", ValueFormats.RESPONSE_LOCATION)
            .defaultsTo("/refreshToken");

    /**
     * The place of the access token's lifetime in the response: a number, or a text with a number, in the unit of
     * {@code authorization-server.expires-in-unit}.
     *
     * <p>Source: RFC 6901
     *
     * <p>Change it when it is elsewhere.
     */
    static final DefaultedKey<ResponseLocation> EXPIRES_IN =
            key("refresh-endpoint.expires-in", ValueFormats.RESPONSE_LOCATION).defaultsTo("/expiresIn");

    /**
     * The place of the access token's expiry in the response, if it has no lifetime: seconds or milliseconds since
     * 1970, or RFC 3339.
     *
     * <p>Source: RFC 6901
     *
     * <p>Change it when the service sends the expiry and no lifetime.
     */
    static final OptionalKey<ResponseLocation> EXPIRES_AT =
            key("refresh-endpoint.expires-at", ValueFormats.RESPONSE_LOCATION);

    /**
     * The place of the explanation in an error response. It becomes the detail of the error, without credentials and
     * at most 200 characters long.
     *
     * <p>Source: RFC 6901
     *
     * <p>Change it when it is elsewhere.
     */
    static final DefaultedKey<ResponseLocation> MESSAGE =
            key("refresh-endpoint.message", ValueFormats.RESPONSE_LOCATION).defaultsTo("/message");

    /**
     * The statuses that mean that the refresh token is invalid and somebody has to log in again. With
     * {@code grant.type=jwt_bearer}: that the server does not accept the assertion, which is a matter of configuration.
     *
     * <p>Source: RFC 9110 section 15.5.2
     *
     * <p>Change it when the service answers otherwise. Omit a status that a gateway in front of it may send for its
     * own reasons.
     */
    static final DefaultedKey<Set<Integer>> SESSION_OVER_STATUSES =
            key("refresh-endpoint.session-over-statuses", STATUSES).defaultsTo("401");

    private RefreshEndpointKeys() {}

    /** Returns null if an OAuth server issues the tokens. */
    static @Nullable RefreshEndpoint read(KeyReader keys) {
        boolean assertion = keys.preview(GrantKeys.TYPE) == GrantType.JWT_BEARER;
        URI url = keys.read(URL);
        Request request = request(assertion, keys);
        ResponseLocation accessToken = keys.read(ACCESS_TOKEN);
        ResponseLocation refreshToken = keys.read(REFRESH_TOKEN);
        Response response = new Response(
                accessToken,
                assertion ? null : refreshToken,
                keys.read(EXPIRES_IN),
                keys.read(EXPIRES_AT),
                keys.read(MESSAGE));
        Set<Integer> sessionOverStatuses = keys.read(SESSION_OVER_STATUSES);
        if (keys.isSet(URL)) {
            new RefreshRequestChecks(assertion, keys).check(request);
        }
        return url == null ? null : new RefreshEndpoint(url, request, response, sessionOverStatuses);
    }

    private static Request request(boolean assertion, KeyReader keys) {
        Method method = keys.read(METHOD);
        Body body = keys.read(BODY);
        Map<String, String> fields = keys.read(FIELDS);
        boolean noFields = (body == Body.NONE || assertion) && !keys.isSet(FIELDS);
        return new Request(method, body, noFields ? Map.of() : fields, keys.read(HEADERS));
    }
}
