package dev.tokensidecar.forward;

import io.vertx.core.MultiMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes what the caller gets of the head of an API's response.
 *
 * @param location rewrites redirects
 * @param cookies rewrites cookies; null to withhold them from the caller
 */
record CallerHead(LocationMapping location, @Nullable CookieScope cookies) {

    static CallerHead of(Route route) {
        return new CallerHead(route.location(), route.cookies());
    }

    void copy(MultiMap from, MultiMap to) {
        EndToEndHeaders.copy(from, to, cookies == null ? Set.of("set-cookie") : Set.of());
        location.rewrite(to);
        if (cookies != null) {
            cookies.rewrite(to);
        }
    }
}
