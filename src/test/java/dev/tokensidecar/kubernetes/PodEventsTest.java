package dev.tokensidecar.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tokensidecar.kubernetes.FakeApiServer.Arrived;
import dev.tokensidecar.testing.core.FakeAuthorizationServer;
import dev.tokensidecar.testing.core.FakeStore;
import dev.tokensidecar.testing.core.Policies;
import dev.tokensidecar.testing.log.LogCapture;
import dev.tokensidecar.testing.time.VirtualTime;
import dev.tokensidecar.token.AccessTokenPublisher;
import dev.tokensidecar.token.LastRefresh;
import dev.tokensidecar.token.LoginPrompt;
import dev.tokensidecar.token.RefreshFailure;
import dev.tokensidecar.token.RefreshReason;
import dev.tokensidecar.token.Session;
import dev.tokensidecar.token.TokenRuntime;
import dev.tokensidecar.token.TokenService;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What {@code kubectl describe pod} shows of the session. */
class PodEventsTest extends OnCluster {

    private static final ObjectMapper JSON = new ObjectMapper();

    private PodEvents events;

    @BeforeEach
    void watch() {
        events = new PodEvents(cluster.api, Cluster.SELF, "orders");
    }

    private static RefreshFailure dead() {
        return new RefreshFailure.InvalidGrant("invalid_grant", "text of the server");
    }

    private static LastRefresh refresh(String outcome) {
        return new LastRefresh(Instant.EPOCH, RefreshReason.AHEAD_OF_EXPIRY, outcome, Duration.ofMillis(20));
    }

    private void fail(RefreshFailure failure) {
        events.refreshStarting(RefreshReason.AHEAD_OF_EXPIRY)
                .failed(refresh(failure.error()), failure, Duration.ofMinutes(5), false);
    }

    private JsonNode event() throws Exception {
        return JSON.readTree(server.request().body());
    }

    private String shown() throws Exception {
        JsonNode event = event();
        return event.path("type").asText() + " " + event.path("reason").asText() + " "
                + event.path("message").asText();
    }

    @Test
    void aSessionThatHasEndedIsAnEventOfThePod() throws Exception {
        fail(dead());

        Arrived request = server.request();
        assertThat(request.method() + " " + request.uri())
                .isEqualTo("POST /api/v1/namespaces/shop/events?fieldManager=token-sidecar");
        assertThat(request.header("Content-Type")).isEqualTo("application/json");
        String time = cluster.time.now().instant().toString();
        assertThat(JSON.readTree(request.body())).isEqualTo(JSON.readTree("""
                {"apiVersion": "v1", "kind": "Event",
                 "metadata": {"generateName": "orders-1."},
                 "involvedObject":
                   {"apiVersion": "v1", "kind": "Pod", "namespace": "shop", "name": "orders-1", "uid": "uid-1"},
                 "source": {"component": "token-sidecar"},
                 "type": "Warning", "reason": "SessionEnded",
                 "message": "token orders: the authorization server responded invalid_grant: %s",
                 "count": 1, "firstTimestamp": "%s", "lastTimestamp": "%s",
                 "reportingComponent": "token-sidecar", "reportingInstance": "orders-1"}
                """.formatted(dead().cure(), time, time)));
    }

    @Test
    void aProblemIsShownOnceAndAgainBeforeKubernetesForgetsIt() throws Exception {
        fail(dead());
        String ended = shown();
        fail(dead());
        cluster.time.advance(Duration.ofMinutes(50));
        fail(dead());
        assertThat(shown()).isEqualTo(ended).startsWith("Warning SessionEnded");

        fail(new RefreshFailure.Misconfigured("invalid_client", "text of the server"));
        assertThat(shown())
                .isEqualTo("Warning RefreshRejected token orders: the authorization server responded invalid_client:"
                        + " correct client.id, the secret or key of the client, or client.authentication-method");
        assertThat(server.requests()).isEmpty();
    }

    @Test
    void aLogInIsAskedFor() throws Exception {
        LoginPrompt prompt = new LoginPrompt("https://login.example.com/device", null, "WDJB-MJHT", Instant.EPOCH);
        fail(new RefreshFailure.AuthorizationPending(prompt, Duration.ofSeconds(5)));

        assertThat(shown())
                .isEqualTo("Warning LoginRequired token orders: somebody has to log in:"
                        + " open https://login.example.com/device and enter the code WDJB-MJHT");
    }

    @Test
    void theEndOfAProblemIsShownOnce() throws Exception {
        FakeAuthorizationServer authorizationServer = new FakeAuthorizationServer();
        VirtualTime time = new VirtualTime();
        service(authorizationServer, time).start();
        authorizationServer.fail(dead());
        assertThat(shown()).startsWith("Warning SessionEnded");

        time.advance(Duration.ofMinutes(5));
        authorizationServer.grant();
        assertThat(shown()).isEqualTo("Normal SessionRestored token orders: there is an access token again");

        time.advance(Duration.ofMinutes(4));
        authorizationServer.grant();
        time.advance(Duration.ofMinutes(4));
        authorizationServer.fail(dead());
        assertThat(shown()).startsWith("Warning SessionEnded");
    }

    private TokenService service(FakeAuthorizationServer authorizationServer, VirtualTime time) {
        TokenRuntime runtime = new TokenRuntime(time, new Random(1), time, Runnable::run);
        return new TokenService(
                "orders",
                authorizationServer,
                new Session(FakeStore.shared(), Duration.ofSeconds(2), Cluster.SELF, runtime),
                Policies.DEFAULT,
                10,
                connections -> Collections.nCopies(connections.size(), ""),
                runtime,
                events,
                AccessTokenPublisher.NONE);
    }

    @Test
    void whatTheSidecarGetsOverByItselfIsNotShown() throws Exception {
        fail(RefreshFailure.Unavailable.unprocessed("http_503", "text of the server"));
        fail(new RefreshFailure.InvalidResponse("text of the server"));
        fail(dead());

        assertThat(shown()).startsWith("Warning SessionEnded");
    }

    @Test
    void aRoleWithoutEventsIsNoProblem() throws Exception {
        try (LogCapture log = LogCapture.of(PodEvents.class.getName())) {
            server.nextStatus(403);
            fail(dead());
            server.awaitRequest();
            cluster.connect();
            assertThat(log.lines()).as("all that is above the debug level").isEmpty();
        }
        server.awaitRequest();
        assertThat(server.requests()).isEmpty();
    }
}
