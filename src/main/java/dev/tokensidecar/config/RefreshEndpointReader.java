package dev.tokensidecar.config;

import dev.tokensidecar.oauth2.RefreshEndpoint;
import dev.tokensidecar.oauth2.RefreshEndpoint.Body;
import dev.tokensidecar.oauth2.RefreshEndpoint.Method;
import dev.tokensidecar.oauth2.RefreshEndpoint.Request;
import dev.tokensidecar.oauth2.RefreshEndpoint.Response;
import dev.tokensidecar.oauth2.ResponseLocation;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads the group {@code refresh-endpoint}. */
final class RefreshEndpointReader {

    static final String GROUP = "refresh-endpoint.";
    static final String URL = GROUP + "url";
    static final String METHOD = GROUP + "method";
    static final String BODY = GROUP + "body";
    static final String FIELDS = GROUP + "fields";
    static final String HEADERS = GROUP + "headers";

    private static final Map<String, String> USUAL_FIELDS = Map.of("refreshToken", "{refresh_token}");

    /** 408 and 429 say nothing about a session. */
    private static final Pattern CLIENT_ERROR = Pattern.compile("(?!408|429)4\\d\\d");

    private RefreshEndpointReader() {}

    /** Null if tokens come from an OAuth server. */
    static @Nullable RefreshEndpoint read(KeyReader keys) {
        URI url = keys.httpUri(URL);
        Request request = request(keys);
        Response response = new Response(
                location(keys, "access-token", "/accessToken"),
                location(keys, "refresh-token", "/refreshToken"),
                location(keys, "expires-in", "/expiresIn"),
                optionalLocation(keys, "expires-at"),
                location(keys, "message", "/message"));
        Set<Integer> sessionOverStatuses = statuses(keys);
        if (keys.isSet(URL)) {
            RefreshRequestChecks.check(request, keys);
        }
        return url == null ? null : new RefreshEndpoint(url, request, response, sessionOverStatuses);
    }

    private static Request request(KeyReader keys) {
        Method method = keys.oneOf(METHOD, Method.class, Method.POST);
        Body body = keys.oneOf(BODY, Body.class, Body.JSON);
        Map<String, String> fields = keys.pairs(FIELDS);
        boolean usual = body != Body.NONE && !keys.isSet(FIELDS);
        return new Request(method, body, usual ? USUAL_FIELDS : fields, keys.pairs(HEADERS));
    }

    private static ResponseLocation location(KeyReader keys, String name, String defaultValue) {
        ResponseLocation location = optionalLocation(keys, name);
        return location == null ? new ResponseLocation(defaultValue) : location;
    }

    private static @Nullable ResponseLocation optionalLocation(KeyReader keys, String name) {
        String location = keys.text(GROUP + name);
        if (location == null) {
            return null;
        }
        if (ValueFormats.isJsonPointer(location) || ValueFormats.isHeaderName(location)) {
            return new ResponseLocation(location);
        }
        keys.reject(
                GROUP + name,
                "cannot be used: write a JSON pointer, such as /data/token, or the name of a header, such as"
                        + " Authorization");
        return null;
    }

    private static Set<Integer> statuses(KeyReader keys) {
        String key = GROUP + "session-over-statuses";
        List<String> statuses = keys.list(key);
        if (statuses.stream().allMatch(status -> CLIENT_ERROR.matcher(status).matches())) {
            return statuses.isEmpty()
                    ? Set.of(401)
                    : statuses.stream().map(Integer::valueOf).collect(Collectors.toSet());
        }
        keys.reject(
                key,
                "= '" + String.join(",", statuses)
                        + "' cannot be used: write statuses from 400 to 499, but not 408 and 429, such as 401,403");
        return Set.of(401);
    }
}
