import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;

/** Calls an API three times with the sidecar's token. Needs only the JDK. */
class Client {

    static final String TOKEN_ENDPOINT = System.getenv().getOrDefault("TOKEN_ENDPOINT", "http://localhost:8191/token");
    static final String API = "http://localhost:8190/api";
    static final HttpClient HTTP = HttpClient.newHttpClient();

    public static void main(String[] arguments) throws Exception {
        for (int call = 0; call < 3; call++) {
            String token = token("");
            int status = callApi(token);
            if (status == 401) {
                // Only once: if the API rejects the new token too, expiry is not the problem.
                String rejected = HexFormat.of()
                        .formatHex(MessageDigest.getInstance("SHA-256").digest(token.getBytes(UTF_8)));
                status = callApi(token("?rejected=" + rejected));
            }
            if (status != 200) {
                System.exit(1);
            }
        }
    }

    /** Called before each request, without a cache: the sidecar responds from memory and knows when the token expires. */
    static String token(String query) throws Exception {
        for (int triesLeft = 2; ; triesLeft--) {
            HttpResponse<String> response = get(TOKEN_ENDPOINT + query, "Accept", "text/plain");
            if (response.statusCode() == 200) {
                return response.body();
            }
            Optional<String> pause = response.headers().firstValue("Retry-After");
            // Without Retry-After, waiting does not help.
            if (pause.isEmpty() || triesLeft == 0) {
                throw new IOException("no token: " + response.body());
            }
            Thread.sleep(Duration.ofSeconds(Long.parseLong(pause.get())));
        }
    }

    static int callApi(String token) throws Exception {
        HttpResponse<String> response = get(API, "Authorization", "Bearer " + token);
        System.out.println((response.statusCode() + " " + response.body()).strip());
        return response.statusCode();
    }

    static HttpResponse<String> get(String url, String header, String value) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url))
                .header(header, value)
                .timeout(Duration.ofSeconds(10))
                .build();
        return HTTP.send(request, BodyHandlers.ofString());
    }
}
