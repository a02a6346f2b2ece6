package dev.tokensidecar.api;

import static io.restassured.RestAssured.given;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.demo.DemoOptions;
import dev.tokensidecar.demo.Fault;
import dev.tokensidecar.testing.Faults;
import dev.tokensidecar.testing.LogCapture;
import dev.tokensidecar.testing.Secrets;
import dev.tokensidecar.testing.SidecarTest;
import dev.tokensidecar.testing.Visitor;
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

    private Visitor visitor;

    @BeforeEach
    void connect() {
        visitor = new Visitor(sidecar, management);
    }

    private void useTokens() throws Exception {
        visitor.request("");
        expire();
        visitor.request("?min_ttl=10");
        String rejected = visitor.token();
        visitor.reportHash(rejected);
        visitor.reportHash(rejected);
        time.advance(ofSeconds(61));
        String next = visitor.token();
        visitor.report(next);
        visitor.report(next);
        visitor.report(visitor.token());
        visitor.look();
    }

    private void fail(Fault fault) throws Exception {
        demo.server().faults().always(fault);
        expire();
        visitor.request("");
        visitor.request("");
        visitor.look();
        demo.server().faults().clear();
        time.advance(ofSeconds(7200));
        await(() -> given().get("/token").statusCode() == 200);
    }

    private Secrets secrets() {
        Secrets secrets = new Secrets();
        secrets.addInAnyForm(visitor.accessTokens());
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
    @DisplayName("R47 error_body_with_token_not_logged")
    void noCredentialLeaks() throws Exception {
        List<String> log;
        try (LogCapture capture = LogCapture.of("")) {
            useTokens();
            visitor.misplace(visitor.token());
            for (Fault fault : Faults.ALL) {
                fail(fault);
            }
            log = capture.lines();
        }

        assertThat(log).as("everything is logged").hasSizeGreaterThan(100);
        Secrets secrets = secrets();
        assertThat(secrets.leaks(Map.of("tokens", visitor.tokenAnswers())))
                .as("the search finds what is there")
                .isNotEmpty();
        assertThat(secrets.leaks(Map.of("answers", visitor.told(), "log", log))).isEmpty();
    }
}
