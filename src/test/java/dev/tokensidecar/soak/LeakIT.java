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
 * Logs everything and provokes every failure in a process with little memory, then searches all its output, and everything
 * visible from outside, for every token and secret it knew.
 */
@Timeout(300)
class LeakIT {

    private static final String CLIENT_SECRET = "client+secret/of=the&leak%test";
    private static final String CALLER_SECRET = "caller-secret-of-the-leak-test";
    private static final String ENCRYPTION_KEY =
            Base64.getEncoder().encodeToString("encryption-key-of-the-leak-test!".getBytes(ISO_8859_1));

    /** The lowest level is compiled in; the native executable was not built for this suite. */
    private static final String LOWEST_LEVEL = PackagedApplication.isNative() ? "DEBUG" : "TRACE";

    /** All errors that a caller can provoke. */
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
    void noCredentialAppearsAnywhere() throws Exception {
        RecordingClient first = runUntilCrash();
        RecordingClient second = runUntilShutdown();

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

    private RecordingClient runUntilCrash() throws Exception {
        try (SidecarProcess sidecar = testBed.start()) {
            sidecar.awaitStarted();
            RecordingClient client = client(sidecar);
            LeakExercise exercise = new LeakExercise(testBed.server(), sidecar, client);
            exercise.callEverything();
            for (Fault fault : TokenEndpointFaults.ALL) {
                exercise.failWith(fault);
            }
            inspectFromOutside(sidecar);
            exercise.crash();
            collect("log", sidecar.log());
            client.otherResponses().forEach(response -> collect("answers", response));
            return client;
        }
    }

    private RecordingClient runUntilShutdown() throws Exception {
        try (SidecarProcess sidecar = testBed.start()) {
            sidecar.awaitStarted();
            RecordingClient client = client(sidecar);
            assertThat(testBed.apiAccepts(client.token())).isTrue();
            assertThat(sidecar.stop()).isZero();
            collect("log", sidecar.log());
            return client;
        }
    }

    private static RecordingClient client(SidecarProcess sidecar) {
        return new RecordingClient(sidecar.api("/"), sidecar.management("/"), "X-Sidecar-Secret", CALLER_SECRET);
    }

    /** Collects what another process of this user can see. */
    private void inspectFromOutside(SidecarProcess sidecar) throws Exception {
        long pid = sidecar.pid();
        assertThat(new ProcessBuilder("kill", "-QUIT", Long.toString(pid))
                        .start()
                        .waitFor())
                .isZero();
        sidecar.awaitLog("Full thread dump");
        if (!PackagedApplication.isNative()) {
            collect("threads", Jcmd.run(pid, "Thread.print", "-l", "-e"));
            collect("system properties", Jcmd.run(pid, "VM.system_properties"));
            collect("command line", Jcmd.run(pid, "VM.command_line"));
        }
        collect("command line", Files.readString(Path.of("/proc", Long.toString(pid), "cmdline")));
        collect("environment", Files.readString(Path.of("/proc", Long.toString(pid), "environ")));
    }

    private void collect(String place, String text) {
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

    /** Stored files may contain hashes, but no tokens. */
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

    /** Asserts that the search finds secrets where they are. */
    private void assertFindable(SecretSearch secrets, RecordingClient... clients) throws IOException {
        for (RecordingClient client : clients) {
            assertThat(secrets.leaks(Map.of("tokens", client.tokenResponses()))).isNotEmpty();
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
