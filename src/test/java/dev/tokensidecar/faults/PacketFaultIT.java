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
        Symptom timeout = Symptom.unavailable("timeout", "answer from");
        return List.of(
                arguments(
                        "nothing gets through",
                        "tcp dport %d drop",
                        Symptom.unavailable("connect_failed", ": timed out")),
                arguments(
                        "a firewall refuses",
                        "tcp dport %d reject with tcp reset",
                        Symptom.unavailable("connect_failed", ": refused")),
                arguments("the request gets lost", "tcp dport %d tcp flags & psh == psh drop", timeout),
                arguments("the answer gets lost", "tcp sport %d tcp flags & psh == psh drop", timeout),
                arguments(
                        "the request is answered by a reset",
                        "tcp dport %d tcp flags & psh == psh reject with tcp reset",
                        Symptom.unavailable("connection_lost", "broke before the answer")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("faults")
    void aFaultIsToldRiddenOutAndGotOver(String name, String rule, Symptom symptom) throws Exception {
        String ours = rule.formatted(trial.stage().server().port());

        trial.run(() -> Packets.rules(ours), Packets::pass, symptom);
    }

    @Test
    void losingAThirdOfThePacketsCostsTimeOnly() throws Exception {
        Stage stage = trial.stage();
        stage.set("SIDECAR_TOKEN_AUTHORIZATION_SERVER_CONNECT_TIMEOUT", "10s");
        stage.set("SIDECAR_TOKEN_AUTHORIZATION_SERVER_TIMEOUT", "30s");
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

        assertThat(trial.stage().server().stats().tokenRequests())
                .as("those that brought a token, and none that was given up before")
                .isEqualTo(2);
    }
}
