package dev.tokensidecar.demo;

import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.Map;

/**
 * A fault in one token request: first a pause, then an effect.
 *
 * <p>Pause and effect can be combined: {@code Fault.status(503).held()}. If the client is gone when the pause ends, the
 * server drops the request unprocessed, unless the fault comes {@link #afterProcessing()}.
 *
 * @param pause how long the request waits
 * @param processed whether the server acts on the request before the pause, so that the fault affects only the response
 * @param effect what happens to the response
 */
public record Fault(Pause pause, boolean processed, Effect effect) {

    /** Stands for the presented refresh token in the body of a {@link #reply}. */
    public static final String PRESENTED = "{refresh_token}";

    static final Fault NONE = of(new Effect.Nothing());

    private static final int OVERSIZE = 1024 * 1024;

    private static final String LOGIN_PAGE = "<!DOCTYPE html><html><title>Welcome</title><p>Please log in.</html>";

    private static final DateTimeFormatter HTTP_DATE = DateTimeFormatter.RFC_1123_DATE_TIME.withZone(ZoneOffset.UTC);

    /** A late response. */
    public static Fault slow(Duration delay) {
        return NONE.delayed(delay);
    }

    /** A request that is held until {@link DemoAuthorizationServer#release()}, and then processed as usual. */
    public static Fault hold() {
        return NONE.held();
    }

    /** No response, ever. */
    public static Fault hang() {
        return new Fault(new Pause.ForEver(), false, new Effect.Nothing());
    }

    /** A TCP reset; with {@link #afterProcessing()} the refresh token is rotated and the response is lost. */
    public static Fault reset() {
        return of(new Effect.Reset());
    }

    /** Half the JSON document of a processed request, then the end of the connection. */
    public static Fault truncated() {
        return of(new Effect.Truncation());
    }

    /** Any response in place of the regular one. */
    public static Fault reply(int status, String contentType, String body) {
        return of(new Effect.Reply(status, Map.of("Content-Type", contentType), body));
    }

    /** A status with an HTML page, as a proxy sends it. */
    public static Fault status(int status) {
        return reply(status, "text/html", "<html><title>%1$d</title><h1>%1$d</h1></html>".formatted(status));
    }

    /** A status and no body at all. */
    public static Fault empty(int status) {
        return of(new Effect.Reply(status, Map.of(), ""));
    }

    /** A login page with status 200, as a captive portal sends it. */
    public static Fault garbage() {
        return reply(200, "text/html", LOGIN_PAGE);
    }

    /** An OAuth error (RFC 6749 section 5.2), with any status. */
    public static Fault error(int status, String error) {
        return reply(
                status, "application/json", new JsonObject().put("error", error).encode());
    }

    /** An OAuth error whose description repeats the presented refresh token. */
    public static Fault echo(int status, String error) {
        String description = "cannot use refresh token " + PRESENTED;
        JsonObject body = new JsonObject().put("error", error).put("error_description", description);
        return reply(status, "application/json", body.encode());
    }

    /** A temporary redirect, which asks the client to post its refresh token elsewhere. */
    public static Fault redirect(String location) {
        return empty(307).header("Location", location);
    }

    /** A successful response with this field set to this value. */
    public static Fault with(String field, Object value) {
        return of(new Effect.Field(field, value));
    }

    /** A successful response without this field. */
    public static Fault without(String field) {
        return of(new Effect.Field(field, null));
    }

    /** A successful response with any {@code expires_in}: a text, a fraction, zero, a century. */
    public static Fault expiresIn(Object value) {
        return with("expires_in", value);
    }

    /** A successful response that states the expiry of the access token as a Unix time, in this field. */
    public static Fault absoluteExpiry(String field) {
        return of(new Effect.AbsoluteExpiry(field));
    }

    /** A successful response with the previous access token. */
    public static Fault sameAccessToken() {
        return of(new Effect.SameAccessToken());
    }

    /** A successful response of more than 1 MiB. */
    public static Fault oversized() {
        return with("padding", "x".repeat(OVERSIZE));
    }

    /** Returns the same fault after a delay. */
    public Fault delayed(Duration delay) {
        return new Fault(new Pause.For(delay), processed, effect);
    }

    /** Returns the same fault, held until the release. */
    public Fault held() {
        return new Fault(new Pause.UntilReleased(), processed, effect);
    }

    /** Returns the same fault, but after the server has acted on the request. */
    public Fault afterProcessing() {
        return new Fault(pause, true, effect);
    }

    /** Returns the same response with {@code Retry-After} in seconds (RFC 9110 section 10.2.3). */
    public Fault retryAfter(Duration wait) {
        return header("Retry-After", Long.toString(wait.toSeconds()));
    }

    /** Returns the same response with {@code Retry-After} as an HTTP-date. */
    public Fault retryAfter(Instant when) {
        return header("Retry-After", httpDate(when));
    }

    /** Returns the same response with one more header. */
    public Fault header(String name, String value) {
        if (!(effect instanceof Effect.Reply reply)) {
            throw new IllegalArgumentException("only a fault that is a response has headers");
        }
        Map<String, String> headers = new HashMap<>(reply.headers());
        headers.put(name, value);
        return new Fault(pause, processed, new Effect.Reply(reply.status(), headers, reply.body()));
    }

    static String httpDate(Instant when) {
        return HTTP_DATE.format(when);
    }

    private static Fault of(Effect effect) {
        return new Fault(new Pause.None(), false, effect);
    }
}
