package dev.tokensidecar.oauth2.http;

import io.netty.handler.codec.http.cookie.ClientCookieDecoder;
import io.netty.handler.codec.http.cookie.Cookie;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads the cookies of a response (RFC 6265 section 5.2). */
final class SetCookies {

    private SetCookies() {}

    /**
     * Returns the values by name, as the server expects it back. Leaves out cookies that the response deletes: it may
     * delete one of another path that has the same name.
     *
     * @param fields the values of all {@code Set-Cookie} fields
     */
    static Map<String, String> read(List<String> fields) {
        Map<String, String> cookies = new HashMap<>();
        for (String field : fields) {
            Cookie cookie = ClientCookieDecoder.LAX.decode(field);
            if (cookie != null) {
                boolean deleted = cookie.maxAge() <= 0 && cookie.maxAge() != Cookie.UNDEFINED_MAX_AGE;
                if (!deleted && !cookie.value().isEmpty()) {
                    cookies.put(cookie.name(), cookie.wrap() ? "\"" + cookie.value() + "\"" : cookie.value());
                }
            }
        }
        return cookies;
    }
}
