package dev.tokensidecar.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.tokensidecar.faults.NetworkFaultScenario.Symptom;
import dev.tokensidecar.testing.process.SidecarProcess;
import dev.tokensidecar.testing.process.SidecarTestBed;
import dev.tokensidecar.testing.server.FaultProxy;
import dev.tokensidecar.testing.server.FaultProxy.Mode;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Connections to the token endpoint that break in every way a connection breaks. */
@Timeout(180)
class NetworkFaultIT {

    private static final Symptom TIMED_OUT = Symptom.unavailable("timeout", "no response from");
    private static final Symptom LOST = Symptom.unavailable("connection_lost", "broke before the response");
    private static final Symptom REFUSED = Symptom.unavailable("connect_failed", ": refused");
    private static final Symptom INVALID =
            new Symptom("invalid_response", "neither a JSON object nor a form", 502, "invalid_response");

    @TempDir
    Path directory;

    private NetworkFaultScenario scenario;
    private FaultProxy proxy;

    @BeforeEach
    void open() {
        scenario = new NetworkFaultScenario(directory, NetworkFaultIT.class);
        proxy = new FaultProxy(scenario.testBed().server().port());
        scenario.useTokenEndpoint(proxy.uri("/token"));
    }

    @AfterEach
    void close() {
        proxy.close();
        scenario.close();
    }

    static List<Arguments> faults() {
        return List.of(
                arguments(Mode.REFUSE, REFUSED),
                arguments(Mode.BLACK_HOLE, TIMED_OUT),
                arguments(Mode.HALF_OPEN, TIMED_OUT),
                arguments(Mode.DRIBBLE, TIMED_OUT),
                arguments(Mode.LOST_RESPONSE, LOST),
                arguments(Mode.RESET_IN_BODY, LOST),
                arguments(Mode.CLOSED_IN_BODY, LOST),
                arguments(Mode.NO_HTTP, LOST),
                arguments(Mode.LOGIN_PAGE, INVALID));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("faults")
    void aFaultIsReportedAndTheSidecarRecovers(Mode mode, Symptom symptom) throws Exception {
        scenario.run(() -> proxy.mode(mode), () -> proxy.mode(Mode.PASS), symptom);

        assertThat(proxy.overlaps()).isZero();
    }

    @Test
    void theSidecarWaitsForAResponseThatTakesFiveSeconds() throws Exception {
        SidecarTestBed testBed = scenario.testBed();
        testBed.set("SIDECAR_TOKEN_AUTHORIZATION_SERVER_TIMEOUT", "30s");
        proxy.mode(Mode.LATE);
        try (SidecarProcess sidecar = testBed.start()) {
            sidecar.awaitLive();
            testBed.server().awaitEnded(1);

            HttpResponse<String> hurried = testBed.get(sidecar.api("/token"));
            HttpResponse<String> patient = testBed.get(sidecar.api("/token"), Map.of("Prefer", "wait=30"));

            assertThat(hurried.statusCode()).isEqualTo(504);
            assertThat(hurried.body()).contains("deadline_exceeded");
            assertThat(patient.statusCode()).isEqualTo(200);
            assertThat(sidecar.status().getJsonObject("last_refresh").getLong("duration_ms"))
                    .isGreaterThanOrEqualTo(FaultProxy.LATENCY.toMillis());
        }
        assertThat(testBed.server().stats().tokenRequests()).isEqualTo(1);
    }
}
