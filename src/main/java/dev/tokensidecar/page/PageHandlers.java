package dev.tokensidecar.page;

import dev.tokensidecar.ingress.CoalescedResponse;
import dev.tokensidecar.ingress.CoalescedResponse.Content;
import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/** Serves the page and its files to browsers on this host, and through {@code kubectl port-forward}. */
public final class PageHandlers {

    private static final int OK = 200;
    private static final String GZIP = "gzip";

    /** A browser names each coding that it accepts (RFC 9110 section 12.5.3); a weight of zero forbids it. */
    private static final Pattern ACCEPTS_GZIP =
            Pattern.compile("(?i)(?:^|,)\\s*gzip\\s*(?:;\\s*q=(?!0(?:\\.0*)?\\s*(?:,|$))[0-9.]+\\s*)?(?:,|$)");

    private static final String HTML = "text/html; charset=UTF-8";

    /** The files by their paths, with their media types. */
    private static final Map<String, String> FILES = Map.of(
            "/page.css", "text/css; charset=UTF-8",
            "/page.js", "text/javascript; charset=UTF-8",
            "/page.svg", "image/svg+xml");

    /** Nothing from elsewhere gets into the page, the page gets into nothing else, and it sends nothing anywhere. */
    private static final Map<String, String> PROTECTION = Map.of(
            "Content-Security-Policy",
            "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
            "Cross-Origin-Resource-Policy",
            "same-origin",
            "Referrer-Policy",
            "no-referrer",
            "X-Content-Type-Options",
            "nosniff",
            "Vary",
            "Accept-Encoding");

    private final Map<String, Handler<RoutingContext>> byPath = new HashMap<>();
    private final Handler<RoutingContext> guard;

    /**
     * Creates the handlers; nothing is rendered or read before somebody asks.
     *
     * @param view collects what the page shows
     * @param guard lets a request pass, or rejects it
     * @param nanos the monotonic clock
     */
    public PageHandlers(Supplier<PageView> view, Handler<RoutingContext> guard, LongSupplier nanos) {
        this.guard = guard;
        byPath.put("/", coded(HTML, () -> PageHtml.of(view.get()).getBytes(StandardCharsets.UTF_8), nanos));
        FILES.forEach((path, type) -> byPath.put(path, coded(type, () -> file(path), nanos)));
    }

    /** Returns the paths of the page and its files. */
    public Set<String> paths() {
        return byPath.keySet();
    }

    /**
     * Adds the routes of the page.
     *
     * @param order their place among the routes
     */
    public void mount(Router router, int order) {
        byPath.forEach((path, handler) ->
                router.route(path).order(order).handler(guard).handler(handler));
    }

    private static Handler<RoutingContext> coded(String type, Callable<byte[]> body, LongSupplier nanos) {
        Handler<RoutingContext> plain = response(type, null, body, nanos);
        Handler<RoutingContext> gzip = response(type, GZIP, () -> compressed(body.call()), nanos);
        return context -> {
            MultiMap headers = context.response().headers();
            PROTECTION.forEach(headers::set);
            boolean accepted = acceptsGzip(context.request().getHeader(HttpHeaders.ACCEPT_ENCODING));
            (accepted ? gzip : plain).handle(context);
        };
    }

    private static Handler<RoutingContext> response(
            String type, @Nullable String coding, Callable<byte[]> body, LongSupplier nanos) {
        return new CoalescedResponse(() -> new Content(OK, type, coding, Buffer.buffer(body.call())), nanos);
    }

    private static boolean acceptsGzip(@Nullable String codings) {
        return codings != null && ACCEPTS_GZIP.matcher(codings).find();
    }

    private static byte[] file(String path) throws IOException {
        try (InputStream file = PageHandlers.class.getResourceAsStream(path.substring(1))) {
            return Objects.requireNonNull(file, path).readAllBytes();
        }
    }

    private static byte[] compressed(byte[] content) throws IOException {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(compressed)) {
            gzip.write(content);
        }
        return compressed.toByteArray();
    }
}
