package dev.tokensidecar.demo;

import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.Map;

/**
 * What goes wrong with one token request: first a pause, then an effect.
 *
 * <p>Pause and effect can be combined: {@code Fault.status(503).held()}. A request whose client is gone when the pause
 * ends is dropped unprocessed, unless the fault was to come {@link #afterProcessing()}.
 *
 * @param pause how long the request waits
 * @param processed whether the server acts on the request before the pause, so that only the reply is affected
 * @param effect what becomes of the answer
 */
public record Fault(Pause pause, boolean processed, Effect effect) {

    /** Stands for the presented refresh token in the body of a {@link #reply}. */
    public static final String PRESENTED = "{refresh_token}";

    static final Fault NONE = of(new Effect.Nothing());

    private static final int OVERSIZE = 65 * 1024;

    private static final String LOGIN_PAGE = "<!DOCTYPE html><html><title>Welcome</title><p>Please log in.</html>";

    private static final DateTimeFormatter HTTP_DATE = DateTimeFormatter.RFC_1123_DATE_TIME.withZone(ZoneOffset.UTC);

    /** A late answer. */
    public static Fault slow(Duration delay) {
        return NONE.delayed(delay);
    }

    /** A request that is parked until {@link DemoAuthorizationServer#release()}, and then processed as usual. */
    public static Fault hold() {
        return NONE.held();
    }

    /** No answer, ever. */
    public static Fault hang() {
        return new Fault(new Pause.ForEver(), false, new Effect.Nothing());
    }

    /** A TCP reset; with {@link #afterProcessing()} the refresh token is rotated and the reply is lost. */
    public static Fault reset() {
        return of(new Effect.Reset());
    }

    /** Half the JSON document of a processed request, then the end of the connection. */
    public static Fault truncated() {
        return of(new Effect.Truncation());
    }

    /** Any other answer than the right one. */
    public static Fault reply(int status, String contentType, String body) {
        return of(new Effect.Reply(status, Map.of("Content-Type", contentType), body));
    }

    /** A status with a page for people, as a proxy sends it. */
    public static Fault status(int status) {
        return reply(status, "text/html", "<html><title>%1$d</title><h1>%1$d</h1></html>".formatted(status));
    }

    /** A status and no body at all. */
    public static Fault empty(int status) {
        return of(new Effect.Reply(status, Map.of(), ""));
    }

    /** A success that is a log-in page, as a captive portal sends it. */
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

    /** A temporary redirect, which would have the client post its refresh token elsewhere. */
    public static Fault redirect(String location) {
        return empty(307).header("Location", location);
    }

    /** A successful answer with this field set to this value. */
    public static Fault with(String field, Object value) {
        return of(new Effect.Field(field, value));
    }

    /** A successful answer without this field. */
    public static Fault without(String field) {
        return of(new Effect.Field(field, null));
    }

    /** A successful answer with any {@code expires_in}: a text, a fraction, nothing, a century. */
    public static Fault expiresIn(Object value) {
        return with("expires_in", value);
    }

    /** A successful answer that names the end of the access token as a Unix time, in this field. */
    public static Fault absoluteExpiry(String field) {
        return of(new Effect.AbsoluteExpiry(field));
    }

    /** A successful answer that brings the previous access token once more. */
    public static Fault sameAccessToken() {
        return of(new Effect.SameAccessToken());
    }

    /** A successful answer of more than 64 KiB. */
    public static Fault oversized() {
        return with("padding", "x".repeat(OVERSIZE));
    }

    /** The same after a while. */
    public Fault delayed(Duration delay) {
        return new Fault(new Pause.For(delay), processed, effect);
    }

    /** The same once it is released. */
    public Fault held() {
        return new Fault(new Pause.UntilReleased(), processed, effect);
    }

    /** The same, but the server has acted on the request before anything goes wrong. */
    public Fault afterProcessing() {
        return new Fault(pause, true, effect);
    }

    /** The same reply with {@code Retry-After} in seconds (RFC 9110 section 10.2.3). */
    public Fault retryAfter(Duration wait) {
        return header("Retry-After", Long.toString(wait.toSeconds()));
    }

    /** The same reply with {@code Retry-After} as an HTTP-date. */
    public Fault retryAfter(Instant when) {
        return header("Retry-After", httpDate(when));
    }

    /** The same reply with one more header. */
    public Fault header(String name, String value) {
        if (!(effect instanceof Effect.Reply reply)) {
            throw new IllegalArgumentException("only a fault that is a reply has headers");
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
