package dev.tokensidecar.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.tokensidecar.faults.NetworkTrial.Symptom;
import dev.tokensidecar.testing.NameServer;
import dev.tokensidecar.testing.OwnNetwork;
import dev.tokensidecar.testing.SidecarProcess;
import dev.tokensidecar.testing.Stage;
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

/** Packets between the sidecar and the authorization server that get lost or are refused by the kernel. */
@ExtendWith(OwnNetwork.class)
class PacketFaultIT {

    private static final Symptom TIMED_OUT = Symptom.unavailable("timeout", "answer from");
    private static final int RENEWALS = 5;

    @TempDir
    Path directory;

    private NetworkTrial trial;

    @BeforeEach
    void open() {
        trial = new NetworkTrial(directory, PacketFaultIT.class);
    }

    @AfterEach
    void close() {
        trial.close();
    }

    static List<Arguments> faults() {
        return List.of(
                arguments("drop", Symptom.unavailable("connect_failed", ": timed out")),
                arguments("tcp flags & psh == psh drop", TIMED_OUT),
                arguments(
                        "tcp flags & psh == psh reject with tcp reset",
                        Symptom.unavailable("connection_lost", "broke before the answer")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("faults")
    void aRequestThatGetsLostIsNotDeliveredAfterAll(String rule, Symptom symptom) throws Exception {
        String toServer = "tcp dport " + trial.stage().server().port() + " " + rule;

        trial.run(() -> Packets.rules(toServer), Packets::pass, symptom);

        trial.assertNothingArrivedInVain();
    }

    @Test
    void anAnswerThatGetsLostIsToldRiddenOutAndGotOver() throws Exception {
        String fromServer = "tcp sport " + trial.stage().server().port() + " tcp flags & psh == psh drop";

        trial.run(() -> Packets.rules(fromServer), Packets::pass, TIMED_OUT);
    }

    @Test
    void losingAThirdOfThePacketsCostsTimeOnly() throws Exception {
        Stage stage = trial.stage();
        stage.set("SIDECAR_TOKEN_AUTHORIZATION_SERVER_CONNECT_TIMEOUT", "10s");
        stage.set("SIDECAR_TOKEN_AUTHORIZATION_SERVER_TIMEOUT", "30s");
        stage.set("SIDECAR_TOKEN_REFRESH_REJECTED_INTERVAL", "0s");
        int port = stage.server().port();
        String third = " numgen random mod 3 < 1 counter drop";
        Packets.rules("tcp dport " + port + third, "tcp sport " + port + third);
        try (SidecarProcess sidecar = stage.start()) {
            sidecar.awaitStarted();
            trial.underLoad(sidecar, () -> {
                for (int generation = 2; generation <= 1 + RENEWALS; generation++) {
                    trial.renew(sidecar);
                    NetworkTrial.awaitGeneration(sidecar, generation);
                }
            });
        }
        trial.assertOneAtATime();
        assertThat(Packets.counted()).isPositive();
    }

    @Test
    void aNameThatIsUnknownForAWhileIsResolvedAfterwards() throws Exception {
        trialByName(names -> names.knowing(false), names -> names.knowing(true), "the host name cannot be resolved");
    }

    @Test
    void aNameServerThatIsSilentForAWhileKeepsNobodyWaiting() throws Exception {
        trialByName(names -> Packets.rules("udp dport 53 drop"), names -> Packets.pass(), "timed out");
    }

    private void trialByName(Consumer<NameServer> begin, Consumer<NameServer> end, String detail) throws Exception {
        trial.use(URI.create("http://login.example:" + trial.stage().server().port() + "/token"));
        // What was resolved stays so for 30 s, in which nobody would notice anything.
        trial.stage().set("JDK_JAVA_OPTIONS", "-Dsun.net.inetaddr.ttl=0");
        Symptom symptom = Symptom.unavailable("connect_failed", detail);

        try (NameServer names = new NameServer()) {
            trial.run(() -> begin.accept(names), () -> end.accept(names), symptom);
        }

        trial.assertNothingArrivedInVain();
    }
}
