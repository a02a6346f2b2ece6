package dev.tokensidecar.soak;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.demo.DemoOptions;
import dev.tokensidecar.demo.Fault;
import dev.tokensidecar.demo.RecordedRequest;
import dev.tokensidecar.testing.http.RecordingClient;
import dev.tokensidecar.testing.log.SecretSearch;
import dev.tokensidecar.testing.process.Jcmd;
import dev.tokensidecar.testing.process.PackagedApplication;
import dev.tokensidecar.testing.process.SidecarProcess;
import dev.tokensidecar.testing.process.SidecarTestBed;
import dev.tokensidecar.testing.server.TokenEndpointFaults;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Everything is logged and everything goes wrong in a process with little memory; then whatever that process has told, and
 * whatever can be seen of it from outside, is searched for every token and secret it knew.
 */
@Timeout(300)
class LeakIT {

    private static final String CLIENT_SECRET = "client+secret/of=the&leak%test";
    private static final String CALLER_SECRET = "caller-secret-of-the-leak-test";
    private static final String ENCRYPTION_KEY =
            Base64.getEncoder().encodeToString("encryption-key-of-the-leak-test!".getBytes(ISO_8859_1));

    /** The lowest level is compiled in, and a native executable was not compiled for this suite. */
    private static final String LOWEST_LEVEL = PackagedApplication.isNative() ? "DEBUG" : "TRACE";

    /** All that a caller can bring about. */
    private static final List<String> ERRORS = List.of(
            "temporarily_unavailable",
            "deadline_exceeded",
            "invalid_response",
            "rejected_again",
            "configuration",
            "reauthentication_required",
            "invalid_request",
            "forbidden",
            "not_found",
            "method_not_allowed",
            "not_acceptable");

    @TempDir
    Path directory;

    private final Map<String, List<String>> texts = new HashMap<>();
    private SidecarTestBed testBed;
    private Path store;

    @BeforeEach
    void open() throws IOException {
        DemoOptions options = DemoOptions.builder()
                .client(DemoOptions.CLIENT_ID, CLIENT_SECRET)
                .grace(Duration.ofHours(1))
                .build();
        testBed = new SidecarTestBed(directory, Path.of("target", "LeakIT.log"), options);
        store = Files.createDirectory(directory.resolve("store"));
        testBed.set("SIDECAR_TOKEN_CLIENT_SECRET_FILE", testBed.write("client-secret", CLIENT_SECRET));
        testBed.set("SIDECAR_TOKEN_STORE_FILE", store.resolve("refresh-token").toString());
        testBed.set("SIDECAR_TOKEN_STORE_ENCRYPTION_KEY_FILE", testBed.write("key", ENCRYPTION_KEY));
        testBed.set("SIDECAR_GUARD_CALLER_SECRET_FILE", testBed.write("caller", CALLER_SECRET));
        for (String pause :
                List.of("BACK_OFF_INITIAL", "BACK_OFF_MAX", "RETRY_AFTER_MAX", "THROTTLED_MAX", "PROBE_INTERVAL")) {
            testBed.set("SIDECAR_TOKEN_REFRESH_" + pause, "100ms");
        }
        testBed.set("SIDECAR_TOKEN_REFRESH_MIN_INTERVAL", "0s");
        testBed.set("SIDECAR_TOKEN_REFRESH_REJECTED_INTERVAL", "0s");
        testBed.set("QUARKUS_LOG_LEVEL", "TRACE");
        testBed.heap("64m");
    }

    @AfterEach
    void close() {
        testBed.close();
    }

    @Test
    void noCredentialIsToldAnywhere() throws Exception {
        RecordingClient first = untilTheCrash();
        RecordingClient second = untilTheEnd();

        String log = String.join("", texts.getOrDefault("log", List.of()));
        assertThat(log).contains(LOWEST_LEVEL, "Full thread dump", "the previous process ended during a refresh");
        assertThat(log).doesNotContain("OutOfMemoryError");
        assertThat(String.join("", texts.getOrDefault("answers", List.of()))).contains(ERRORS);
        SecretSearch secrets = secrets();
        assertFindable(secrets, first, second);
        System.out.printf(
                "forms_of_secrets=%d places=%s log_mb=%.1f%n", secrets.size(), texts.keySet(), log.length() / 1e6);
        assertThat(secrets.leaks(texts)).isEmpty();
        assertThat(plain().leaks(Map.of("store", storedFiles()))).isEmpty();
    }

    private RecordingClient untilTheCrash() throws Exception {
        try (SidecarProcess sidecar = testBed.start()) {
            sidecar.awaitStarted();
            RecordingClient visitor = visitor(sidecar);
            LeakExercise ordeal = new LeakExercise(testBed.server(), sidecar, visitor);
            ordeal.live();
            for (Fault fault : TokenEndpointFaults.ALL) {
                ordeal.fail(fault);
            }
            lookFromOutside(sidecar);
            ordeal.crash();
            listen("log", sidecar.log());
            visitor.told().forEach(answer -> listen("answers", answer));
            return visitor;
        }
    }

    private RecordingClient untilTheEnd() throws Exception {
        try (SidecarProcess sidecar = testBed.start()) {
            sidecar.awaitStarted();
            RecordingClient visitor = visitor(sidecar);
            assertThat(testBed.works(visitor.token())).isTrue();
            assertThat(sidecar.stop()).isZero();
            listen("log", sidecar.log());
            return visitor;
        }
    }

    private static RecordingClient visitor(SidecarProcess sidecar) {
        return new RecordingClient(sidecar.api("/"), sidecar.management("/"), "X-Sidecar-Secret", CALLER_SECRET);
    }

    /** What another process of this user can see. */
    private void lookFromOutside(SidecarProcess sidecar) throws Exception {
        long pid = sidecar.pid();
        assertThat(new ProcessBuilder("kill", "-QUIT", Long.toString(pid))
                        .start()
                        .waitFor())
                .isZero();
        sidecar.awaitLog("Full thread dump");
        if (!PackagedApplication.isNative()) {
            listen("threads", Jcmd.ask(pid, "Thread.print", "-l", "-e"));
            listen("system properties", Jcmd.ask(pid, "VM.system_properties"));
            listen("command line", Jcmd.ask(pid, "VM.command_line"));
        }
        listen("command line", Files.readString(Path.of("/proc", Long.toString(pid), "cmdline")));
        listen("environment", Files.readString(Path.of("/proc", Long.toString(pid), "environ")));
    }

    private void listen(String place, String text) {
        texts.computeIfAbsent(place, first -> new ArrayList<>()).add(text);
    }

    private SecretSearch secrets() {
        SecretSearch secrets = new SecretSearch();
        secrets.addInAnyForm(testBed.server().accessTokens().keySet());
        secrets.addInAnyForm(testBed.server().refreshTokens());
        secrets.addInAnyForm(List.of("not-of-this-server", CLIENT_SECRET, CALLER_SECRET, ENCRYPTION_KEY));
        secrets.add(sent().map(authorization -> authorization.substring("Basic ".length()))
                .toList());
        return secrets;
    }

    /** Hashes may be kept, tokens may not. */
    private SecretSearch plain() {
        SecretSearch plain = new SecretSearch();
        plain.add(testBed.server().accessTokens().keySet());
        plain.add(testBed.server().refreshTokens());
        return plain;
    }

    private Stream<String> sent() {
        return testBed.server().requests().stream()
                .map(RecordedRequest::headers)
                .map(headers -> headers.getOrDefault("Authorization", ""));
    }

    /** A search that never finds anything would not be one. */
    private void assertFindable(SecretSearch secrets, RecordingClient... visitors) throws IOException {
        for (RecordingClient visitor : visitors) {
            assertThat(secrets.leaks(Map.of("tokens", visitor.tokenAnswers()))).isNotEmpty();
        }
        assertThat(secrets.leaks(Map.of("requests", sent().toList()))).isNotEmpty();
        assertThat(plain().leaks(Map.of("seed", List.of(Files.readString(directory.resolve("seed"))))))
                .isNotEmpty();
    }

    private List<String> storedFiles() throws IOException {
        List<String> contents = new ArrayList<>();
        try (Stream<Path> files = Files.list(store)) {
            for (Path file : files.toList()) {
                contents.add(Files.readString(file, ISO_8859_1));
            }
        }
        assertThat(contents).isNotEmpty();
        return contents;
    }
}
