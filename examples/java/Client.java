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

/** Calls an API three times with the token that the sidecar keeps. Needs nothing but the JDK. */
class Client {

    static final String TOKEN_ENDPOINT = System.getenv().getOrDefault("TOKEN_ENDPOINT", "http://localhost:8191/token");
    static final String API = "http://localhost:8190/api";
    static final HttpClient HTTP = HttpClient.newHttpClient();

    public static void main(String[] arguments) throws Exception {
        for (int call = 0; call < 3; call++) {
            String token = token("");
            int status = callApi(token);
            if (status == 401) {
                // Once: if the API does not take the new token either, it is not a matter of expiry.
                String rejected = HexFormat.of()
                        .formatHex(MessageDigest.getInstance("SHA-256").digest(token.getBytes(UTF_8)));
                status = callApi(token("?rejected=" + rejected));
            }
            if (status != 200) {
                System.exit(1);
            }
        }
    }

    /** Asked before each call, the answer kept nowhere: the sidecar has it in memory, and knows when it ends. */
    static String token(String query) throws Exception {
        for (int triesLeft = 2; ; triesLeft--) {
            HttpResponse<String> answer = get(TOKEN_ENDPOINT + query, "Accept", "text/plain");
            if (answer.statusCode() == 200) {
                return answer.body();
            }
            Optional<String> pause = answer.headers().firstValue("Retry-After");
            // an error without Retry-After is one that waiting does not mend
            if (pause.isEmpty() || triesLeft == 0) {
                throw new IOException("no token: " + answer.body());
            }
            Thread.sleep(Duration.ofSeconds(Long.parseLong(pause.get())));
        }
    }

    static int callApi(String token) throws Exception {
        HttpResponse<String> answer = get(API, "Authorization", "Bearer " + token);
        System.out.println((answer.statusCode() + " " + answer.body()).strip());
        return answer.statusCode();
    }

    static HttpResponse<String> get(String url, String header, String value) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url))
                .header(header, value)
                .timeout(Duration.ofSeconds(10))
                .build();
        return HTTP.send(request, BodyHandlers.ofString());
    }
}
