package dev.tokensidecar.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The reachability metadata contains everything that {@link Signals} names by reflection. */
class SignalsTest {

    private static final Path METADATA = Path.of(
            "src/main/resources/META-INF/native-image/dev.tokensidecar/token-sidecar/reachability-metadata.json");
    private static final Path SOURCE = Path.of("src/main/java/dev/tokensidecar/app/Signals.java");

    @Test
    void theMetadataNamesTheClassesOfTheSourceAndNoOthers() throws IOException {
        List<String> inSource = named("Class\\.forName\\(\"([^\"]+)\"\\)");

        assertThat(inSource).isNotEmpty();
        assertThat(types().map(type -> type.getString("type"))).containsExactlyInAnyOrderElementsOf(inSource);
    }

    @Test
    void theMetadataNamesTheMethodsOfTheSourceAndTheConstructor() throws IOException {
        List<String> inSource = Stream.concat(Stream.of("<init>"), named("getMethod\\(\"([^\"]+)\"").stream())
                .toList();

        assertThat(types().flatMap(SignalsTest::methods).map(method -> method.getString("name")))
                .containsExactlyInAnyOrderElementsOf(inSource);
    }

    @Test
    void everythingInTheMetadataExists() throws Exception {
        for (JsonObject type : types().toList()) {
            Class<?> named = Class.forName(type.getString("type"));
            for (JsonObject method : methods(type).toList()) {
                Class<?>[] parameters = classes(method.getJsonArray("parameterTypes"));
                assertThat(
                                method.getString("name").equals("<init>")
                                        ? named.getConstructor(parameters)
                                        : named.getMethod(method.getString("name"), parameters))
                        .isNotNull();
            }
        }
    }

    @Test
    void theMetadataNamesTheProxy() throws IOException {
        assertThat(entries().map(entry -> entry.getValue("type")).filter(JsonObject.class::isInstance))
                .containsExactly(new JsonObject().put("proxy", new JsonArray().add("sun.misc.SignalHandler")));
    }

    @Test
    void aSignalRunsTheHandler() throws Exception {
        CountDownLatch handled = new CountDownLatch(1);
        Signals.handle("WINCH", handled::countDown);

        Process kill = new ProcessBuilder(
                        "kill", "-WINCH", Long.toString(ProcessHandle.current().pid()))
                .start();

        assertThat(kill.waitFor()).isZero();
        assertThat(handled.await(10, TimeUnit.SECONDS)).isTrue();
    }

    private static List<String> named(String pattern) throws IOException {
        return Pattern.compile(pattern)
                .matcher(Files.readString(SOURCE))
                .results()
                .map((MatchResult match) -> match.group(1))
                .toList();
    }

    private static Stream<JsonObject> entries() throws IOException {
        return new JsonObject(Files.readString(METADATA))
                .getJsonArray("reflection").stream().map(JsonObject.class::cast);
    }

    private static Stream<JsonObject> types() throws IOException {
        return entries().filter(entry -> entry.getValue("type") instanceof String);
    }

    private static Stream<JsonObject> methods(JsonObject type) {
        return type.getJsonArray("methods", new JsonArray()).stream().map(JsonObject.class::cast);
    }

    private static Class<?>[] classes(JsonArray names) throws ClassNotFoundException {
        Class<?>[] classes = new Class<?>[names.size()];
        for (int i = 0; i < classes.length; i++) {
            classes[i] = Class.forName(names.getString(i));
        }
        return classes;
    }
}
