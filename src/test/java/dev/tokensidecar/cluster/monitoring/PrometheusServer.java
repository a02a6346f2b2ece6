package dev.tokensidecar.cluster.monitoring;

import dev.tokensidecar.testing.process.ChildProcess;
import dev.tokensidecar.testing.process.SidecarProcess;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A real Prometheus that scrapes one sidecar each second.
 *
 * <p>It runs the rules of {@code k8s/monitoring} faster: it evaluates them each second, and {@code for: 1m} is 3 s.
 */
final class PrometheusServer implements AutoCloseable {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private final HttpClient client = HttpClient.newHttpClient();
    private final ChildProcess process;
    private final URI address;

    private PrometheusServer(ChildProcess process, URI address) {
        this.process = process;
        this.address = address;
    }

    /** Starts the server with its data in this directory. */
    static PrometheusServer start(Path directory, SidecarProcess sidecar) throws IOException, InterruptedException {
        String rules = Files.readString(Promtool.rules()).replace("interval: 15s", "interval: 1s");
        Files.writeString(directory.resolve("rules.yaml"), rules.replace("for: 1m", "for: 3s"));
        Path configuration = Files.writeString(directory.resolve("prometheus.yaml"), configuration(sidecar));
        String listen = "127.0.0.1:" + ChildProcess.freePort();
        ChildProcess process = ChildProcess.start(
                List.of(
                        "prometheus",
                        "--config.file=" + configuration.toAbsolutePath(),
                        "--storage.tsdb.path=" + directory.resolve("data").toAbsolutePath(),
                        "--web.listen-address=" + listen),
                Map.of(),
                Path.of("target", "prometheus.log"));
        PrometheusServer server = new PrometheusServer(process, URI.create("http://" + listen));
        process.awaitStatus(200, server.address.resolve("/-/ready"), TIMEOUT);
        return server;
    }

    private static String configuration(SidecarProcess sidecar) {
        return """
                global: { scrape_interval: 1s, evaluation_interval: 1s }
                rule_files: [rules.yaml]
                scrape_configs:
                  - job_name: token-sidecar
                    metrics_path: /q/metrics
                    static_configs:
                      - { targets: ["%s"], labels: { namespace: shop, pod: orders-1 } }
                """.formatted(sidecar.management("/").getAuthority());
    }

    private JsonObject get(String path) throws InterruptedException {
        try {
            HttpRequest request = HttpRequest.newBuilder(address.resolve(path)).build();
            return new JsonObject(client.send(request, BodyHandlers.ofString()).body()).getJsonObject("data");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the labels of the current results of a query. */
    List<JsonObject> query(String expression) throws InterruptedException {
        String encoded = URLEncoder.encode(expression, StandardCharsets.UTF_8);
        return Rules.objects(get("/api/v1/query?query=" + encoded).getJsonArray("result"))
                .map(result -> result.getJsonObject("metric"))
                .toList();
    }

    /** Returns the alerts that fire now. */
    Stream<JsonObject> firing() throws InterruptedException {
        return Rules.objects(get("/api/v1/alerts").getJsonArray("alerts"))
                .filter(alert -> alert.getString("state").equals("firing"));
    }

    private boolean fires(String alert) throws InterruptedException {
        return firing().anyMatch(
                        it -> it.getJsonObject("labels").getString("alertname").equals(alert));
    }

    void awaitFiring(String alert) throws InterruptedException {
        process.await(alert, () -> fires(alert), TIMEOUT);
    }

    void awaitSilent(String alert) throws InterruptedException {
        process.await("no more " + alert, () -> !fires(alert), TIMEOUT);
    }

    /** Waits until the query has a result. */
    void awaitResult(String expression) throws InterruptedException {
        process.await(expression, () -> !query(expression).isEmpty(), TIMEOUT);
    }

    @Override
    public void close() {
        client.shutdownNow();
        process.close();
    }
}
