package dev.tokensidecar.login;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/** What the person sees in the browser. The pages are constant: nothing from a request or a response gets into them. */
enum CallbackPage {
    LOGGED_IN(200, "You are logged in", "You may close this page."),
    NOT_LOGGED_IN(200, "The login has failed", "The command in your terminal says why. You may close this page."),
    UNRELATED(400, "This is not the login that your terminal waits for", "Open the address that it shows."),
    NOT_ALLOWED(405, "This is not a request of a browser", "Open the address that your terminal shows."),
    NOT_FOUND(404, "There is nothing here", "Open the address that your terminal shows.");

    private static final String STYLE = "body{font:1.1rem/1.5 system-ui,sans-serif;margin:20vh auto;max-width:32rem;"
            + "padding:0 1rem;color-scheme:light dark}h1{font-size:1.6rem}";

    /** Allows the style of the page and nothing else. */
    static final String CONTENT_SECURITY_POLICY = "default-src 'none'; style-src 'sha256-" + sha256(STYLE)
            + "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private final int status;
    private final String title;
    private final String advice;

    CallbackPage(int status, String title, String advice) {
        this.status = status;
        this.title = title;
        this.advice = advice;
    }

    int status() {
        return status;
    }

    String html() {
        return """
                <!doctype html>
                <html lang="en">
                <meta charset="utf-8">
                <meta name="viewport" content="width=device-width">
                <title>token-sidecar: %s</title>
                <style>%s</style>
                <h1>%s</h1>
                <p>%s</p>
                </html>
                """.formatted(title, STYLE, title, advice);
    }

    private static String sha256(String text) {
        try {
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
