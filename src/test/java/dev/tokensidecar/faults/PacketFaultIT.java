package dev.tokensidecar.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.tokensidecar.faults.NetworkFaultScenario.Symptom;
import dev.tokensidecar.testing.process.IsolatedNetwork;
import dev.tokensidecar.testing.process.SidecarProcess;
import dev.tokensidecar.testing.process.SidecarTestBed;
import dev.tokensidecar.testing.server.NameServer;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The kernel drops or rejects packets between the sidecar and the authorization server. */
@ExtendWith(IsolatedNetwork.class)
class PacketFaultIT {

    private static final Symptom TIMED_OUT = Symptom.unavailable("timeout", "no response from");
    private static final int RENEWALS = 5;

    @TempDir
    Path directory;

    private NetworkFaultScenario scenario;

    @BeforeEach
    void open() {
        scenario = new NetworkFaultScenario(directory, PacketFaultIT.class);
    }

    @AfterEach
    void close() {
        scenario.close();
    }

    static List<Arguments> faults() {
        return List.of(
                arguments("drop", Symptom.unavailable("connect_failed", ": timed out")),
                arguments("tcp flags & psh == psh drop", TIMED_OUT),
                arguments(
                        "tcp flags & psh == psh reject with tcp reset",
                        Symptom.unavailable("connection_lost", "broke before the response")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("faults")
    void aLostRequestIsNotDeliveredLater(String rule, Symptom symptom) throws Exception {
        String toServer = "tcp dport " + scenario.testBed().server().port() + " " + rule;

        scenario.run(() -> PacketFilter.rules(toServer), PacketFilter::pass, symptom);

        scenario.assertNoAbandonedRequestArrived();
    }

    @Test
    void aLostResponseIsReportedAndTheSidecarRecovers() throws Exception {
        String fromServer = "tcp sport " + scenario.testBed().server().port() + " tcp flags & psh == psh drop";

        scenario.run(() -> PacketFilter.rules(fromServer), PacketFilter::pass, TIMED_OUT);
    }

    @Test
    void losingAThirdOfThePacketsOnlyCostsTime() throws Exception {
        SidecarTestBed testBed = scenario.testBed();
        testBed.set("SIDECAR_TOKEN_AUTHORIZATION_SERVER_CONNECT_TIMEOUT", "10s");
        testBed.set("SIDECAR_TOKEN_AUTHORIZATION_SERVER_TIMEOUT", "30s");
        testBed.set("SIDECAR_TOKEN_REFRESH_REJECTED_INTERVAL", "0s");
        int port = testBed.server().port();
        String third = " numgen random mod 3 < 1 counter drop";
        PacketFilter.rules("tcp dport " + port + third, "tcp sport " + port + third);
        try (SidecarProcess sidecar = testBed.start()) {
            sidecar.awaitStarted();
            scenario.underLoad(sidecar, () -> {
                for (int generation = 2; generation <= 1 + RENEWALS; generation++) {
                    scenario.renew(sidecar);
                    NetworkFaultScenario.awaitGeneration(sidecar, generation);
                }
            });
        }
        scenario.assertOneRequestAtATime();
        assertThat(PacketFilter.countedPackets()).isPositive();
    }

    @Test
    void aNameThatIsTemporarilyUnknownIsResolvedLater() throws Exception {
        runWithNameServer(
                names -> names.resolving(false), names -> names.resolving(true), "the host name cannot be resolved");
    }

    @Test
    void aSilentNameServerDelaysNoCaller() throws Exception {
        runWithNameServer(names -> PacketFilter.rules("udp dport 53 drop"), names -> PacketFilter.pass(), "timed out");
    }

    private void runWithNameServer(Consumer<NameServer> begin, Consumer<NameServer> end, String detail)
            throws Exception {
        scenario.useTokenEndpoint(
                URI.create("http://login.example:" + scenario.testBed().server().port() + "/token"));
        // by default the JVM caches a resolved name for 30 s, which would hide the fault
        scenario.testBed().set("JDK_JAVA_OPTIONS", "-Dsun.net.inetaddr.ttl=0");
        Symptom symptom = Symptom.unavailable("connect_failed", detail);

        try (NameServer names = new NameServer()) {
            scenario.run(() -> begin.accept(names), () -> end.accept(names), symptom);
        }

        scenario.assertNoAbandonedRequestArrived();
    }
}
