package dev.tokensidecar.e2e;

import dev.tokensidecar.testing.http.FormClient;
import dev.tokensidecar.testing.keycloak.KeycloakClient;
import java.io.IOException;
import java.net.CookieHandler;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A user with a browser who approves a device at Keycloak (RFC 8628, section 3.3). */
final class KeycloakApproval {

    private static final Pattern FORM = Pattern.compile("<form[^>]* action=\"([^\"]+)\"");
    private static final Pattern CODE = Pattern.compile("name=\"code\" value=\"([^\"]*)\"");

    private KeycloakApproval() {}

    /** Logs in and approves the device at this address ({@code verification_uri_complete}). */
    static void approve(URI verification) throws IOException, InterruptedException {
        try (HttpClient browser = HttpClient.newBuilder()
                .cookieHandler(new Cookies())
                .followRedirects(HttpClient.Redirect.NORMAL)
                .build()) {
            HttpResponse<String> logIn =
                    browser.send(HttpRequest.newBuilder(verification).build(), BodyHandlers.ofString());
            HttpResponse<String> consent =
                    submit(browser, logIn, Map.of("username", KeycloakClient.USER, "password", KeycloakClient.USER));
            HttpResponse<String> done = submit(browser, consent, Map.of("code", find(CODE, consent), "accept", "Yes"));
            if (!done.body().contains("Device Login Successful")) {
                throw unexpected(done);
            }
        }
    }

    private static HttpResponse<String> submit(
            HttpClient browser, HttpResponse<String> page, Map<String, String> fields)
            throws IOException, InterruptedException {
        URI action = page.uri().resolve(find(FORM, page).replace("&amp;", "&"));
        HttpRequest request = HttpRequest.newBuilder(action)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(FormClient.encode(fields)))
                .build();
        return browser.send(request, BodyHandlers.ofString());
    }

    private static String find(Pattern pattern, HttpResponse<String> page) {
        Matcher found = pattern.matcher(page.body());
        if (!found.find()) {
            throw unexpected(page);
        }
        return found.group(1);
    }

    private static IllegalStateException unexpected(HttpResponse<String> page) {
        return new IllegalStateException(page.uri() + " " + page.statusCode() + " " + page.body());
    }

    /**
     * Sends all cookies everywhere. Keycloak marks its cookies Secure on loopback too, and the cookie store of the JDK would
     * keep them for https.
     */
    private static final class Cookies extends CookieHandler {

        private final Map<String, String> cookies = new ConcurrentHashMap<>();

        @Override
        public Map<String, List<String>> get(URI uri, Map<String, List<String>> headers) {
            String all = cookies.entrySet().stream()
                    .map(cookie -> cookie.getKey() + "=" + cookie.getValue())
                    .collect(Collectors.joining("; "));
            return Map.of("Cookie", List.of(all));
        }

        @Override
        public void put(URI uri, Map<String, List<String>> headers) {
            for (String cookie : headers.getOrDefault("set-cookie", List.of())) {
                String[] pair = cookie.split(";", 2)[0].split("=", 2);
                cookies.put(pair[0], pair[1]);
            }
        }
    }
}
