package dev.tokensidecar.api;

import static io.restassured.RestAssured.given;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.demo.DemoOptions;
import dev.tokensidecar.demo.Fault;
import dev.tokensidecar.testing.http.RecordingClient;
import dev.tokensidecar.testing.log.LogCapture;
import dev.tokensidecar.testing.log.SecretSearch;
import dev.tokensidecar.testing.quarkus.SidecarTest;
import dev.tokensidecar.testing.server.TokenEndpointFaults;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** With every logger at TRACE and every fault, no credential appears anywhere but in the response to its owner. */
@QuarkusTest
@TestProfile(SecrecyHttpTest.EverythingIsLogged.class)
class SecrecyHttpTest extends SidecarTest {

    /** Sets every logger to TRACE. */
    public static final class EverythingIsLogged implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "quarkus.log.level", "TRACE",
                    "quarkus.log.min-level", "TRACE",
                    "quarkus.log.console.level", "ERROR");
        }
    }

    private RecordingClient client;

    @BeforeEach
    void connect() {
        client = new RecordingClient(sidecar, management);
    }

    private void useTokens() throws Exception {
        client.request("");
        expire();
        client.request("?min_ttl=10");
        String rejected = client.token();
        client.reportHash(rejected);
        client.reportHash(rejected);
        time.advance(ofSeconds(61));
        String next = client.token();
        client.report(next);
        client.report(next);
        client.report(client.token());
        client.requestDescriptions();
    }

    private void fail(Fault fault) throws Exception {
        demo.server().faults().always(fault);
        expire();
        client.request("");
        client.request("");
        client.requestDescriptions();
        demo.server().faults().clear();
        time.advance(ofSeconds(7200));
        await(() -> given().get("/token").statusCode() == 200);
    }

    private SecretSearch secrets() {
        SecretSearch secrets = new SecretSearch();
        secrets.addInAnyForm(client.accessTokens());
        secrets.addInAnyForm(demo.server().refreshTokens());
        secrets.addInAnyForm(List.of(DemoOptions.CLIENT_SECRET));
        demo.server().requests().forEach(request -> {
            String basic = request.headers().getOrDefault("Authorization", "Basic ");
            secrets.add(List.of(basic.substring("Basic ".length())));
        });
        return secrets;
    }

    /** Some rejected requests have a token in the path or in parameters, as no caller should. Nothing may repeat it. */
    @Test
    @DisplayName("A token that the server echoes in an error response appears in no error and no log line: with"
            + " everything logged (R47)")
    void noCredentialLeaks() throws Exception {
        List<String> log;
        try (LogCapture capture = LogCapture.of("")) {
            useTokens();
            client.misplace(client.token());
            for (Fault fault : TokenEndpointFaults.ALL) {
                fail(fault);
            }
            log = capture.lines();
        }

        assertThat(log).as("everything is logged").hasSizeGreaterThan(100);
        SecretSearch secrets = secrets();
        assertThat(secrets.leaks(Map.of("tokens", client.tokenResponses())))
                .as("the search finds what is there")
                .isNotEmpty();
        assertThat(secrets.leaks(Map.of("answers", client.otherResponses(), "log", log)))
                .isEmpty();
    }
}
