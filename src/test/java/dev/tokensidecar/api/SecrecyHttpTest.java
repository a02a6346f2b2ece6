package dev.tokensidecar.api;

import static io.restassured.RestAssured.given;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.demo.DemoOptions;
import dev.tokensidecar.demo.Fault;
import dev.tokensidecar.testing.LogCapture;
import dev.tokensidecar.testing.SidecarTest;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Everything is logged, everything goes wrong, and no credential shows up anywhere but in the answer to its owner. */
@QuarkusTest
@TestProfile(SecrecyHttpTest.EverythingIsLogged.class)
class SecrecyHttpTest extends SidecarTest {

    /** The most that any logger tells. */
    public static final class EverythingIsLogged implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "quarkus.log.level", "TRACE",
                    "quarkus.log.min-level", "TRACE",
                    "quarkus.log.console.level", "ERROR");
        }
    }

    private static final List<Fault> FAULTS = List.of(
            Fault.status(503).retryAfter(ofSeconds(60)),
            Fault.status(429),
            Fault.status(502),
            Fault.garbage(),
            Fault.empty(200),
            Fault.empty(400),
            Fault.reset(),
            Fault.oversized(),
            Fault.redirect("http://127.0.0.1:1/elsewhere"),
            Fault.error(401, "invalid_client"),
            Fault.error(400, "invalid_scope"),
            Fault.error(200, "bad_refresh_token"),
            Fault.echo(400, "invalid_request"),
            Fault.echo(503, "temporarily_unavailable"),
            Fault.echo(400, "invalid_grant"),
            Fault.reply(200, "application/json", "{\"access_token\": \"" + Fault.PRESENTED),
            Fault.reply(
                    200,
                    "application/json",
                    "{\"access_token\": \"not-of-this-server\", \"expires_in\": \"" + Fault.PRESENTED + "\"}"),
            Fault.reply(400, "text/plain", Fault.PRESENTED),
            Fault.without("access_token"),
            Fault.with("token_type", "mac"),
            Fault.truncated());

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Set<String> accessTokens = new HashSet<>();
    private final List<String> told = new ArrayList<>();
    private String newest = "";

    private void get(URI uri, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri);
        send(headers.length == 0 ? request : request.headers(headers));
    }

    private void send(HttpRequest.Builder request) throws Exception {
        var answer = http.send(request.build(), BodyHandlers.ofString());
        if (answer.statusCode() == 200 && answer.body().contains("access_token")) {
            newest = new JsonObject(answer.body()).getString("access_token");
            accessTokens.add(newest);
        } else {
            told.add(answer.headers() + answer.body());
        }
    }

    private void request(String query) throws Exception {
        get(sidecar.resolve("/token" + query));
    }

    /** A token that works. */
    private String token() throws Exception {
        request("");
        return newest;
    }

    private void report(String token) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(sidecar.resolve("/token/rejected"))
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString("www_authenticate=Bearer%20error%3D%22invalid_token%22"));
        send(request);
    }

    private void look() throws Exception {
        get(sidecar.resolve("/status"));
        get(management.resolve("/q/metrics"));
        get(management.resolve("/q/health"));
    }

    private void live() throws Exception {
        request("");
        expire();
        request("?min_ttl=10");
        String rejected = newest;
        request("?rejected=" + RejectionHttpTest.hash(rejected));
        request("?rejected=" + RejectionHttpTest.hash(rejected));
        time.advance(ofSeconds(61));
        String next = token();
        report(next);
        report(next);
        report(token());
        look();
    }

    private void refuse() throws Exception {
        String token = token();
        request("?rejected=" + token);
        request("?min_ttl=" + token);
        get(sidecar.resolve("/token"), "Authorization", "Bearer " + token, "Origin", "http://" + token);
        get(sidecar.resolve("/nowhere/" + token), "Authorization", "Bearer " + token);
        get(sidecar.resolve("/token"), "Accept", "application/xml", "Authorization", "Bearer " + token);
        get(sidecar.resolve("/token/rejected"), "Authorization", "Bearer " + token);
    }

    private void fail(Fault fault) throws Exception {
        demo.server().faults().always(fault);
        expire();
        request("");
        request("");
        look();
        demo.server().faults().clear();
        time.advance(ofSeconds(7200));
        await(() -> given().get("/token").statusCode() == 200);
    }

    private List<String> secrets() throws Exception {
        Set<String> secrets = new HashSet<>(accessTokens);
        secrets.addAll(demo.server().presentedRefreshTokens());
        secrets.add(new JsonObject(Files.readString(demo.rotated())).getString("refresh_token", ""));
        for (String token : List.copyOf(secrets)) {
            secrets.add(RejectionHttpTest.hash(token));
        }
        secrets.add(DemoOptions.CLIENT_SECRET);
        demo.server().requests().forEach(request -> {
            String basic = request.headers().getOrDefault("Authorization", "Basic ");
            secrets.add(basic.substring("Basic ".length()));
        });
        secrets.removeIf(String::isEmpty);
        return List.copyOf(secrets);
    }

    /** The refused requests name a token in the path and in parameters, as no caller should: nothing may repeat it. */
    @Test
    @DisplayName("R47 error_body_with_token_not_logged")
    void noCredentialIsToldAnywhere() throws Exception {
        List<String> log;
        try (LogCapture capture = LogCapture.of("")) {
            live();
            refuse();
            for (Fault fault : FAULTS) {
                fail(fault);
            }
            log = capture.lines();
        }

        assertThat(log).as("everything is logged").hasSizeGreaterThan(100);
        List<String> secrets = secrets();
        assertThat(secrets).hasSizeGreaterThan(20);
        assertThat(leaks(told, secrets)).as("answers").isEmpty();
        assertThat(leaks(log, secrets)).as("log").isEmpty();
    }

    private static List<String> leaks(List<String> texts, List<String> secrets) {
        return texts.stream()
                .filter(text -> secrets.stream().anyMatch(text::contains))
                .distinct()
                .map(text -> text.substring(0, Math.min(300, text.length())))
                .limit(40)
                .toList();
    }
}
