package dev.tokensidecar.bench;

import dev.tokensidecar.testing.process.ChildProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Runs nginx with one worker, configured to do what the sidecar does: about the minimum cost of HTTP. */
final class Nginx implements AutoCloseable {

    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    private final ChildProcess process;
    private final URI target;

    private Nginx(ChildProcess process, URI target) {
        this.process = process;
        this.target = target;
    }

    /** Fetches a response once, then starts nginx with its headers and body. */
    static Nginx replaying(URI original, String accept, Path directory) throws IOException, InterruptedException {
        HttpResponse<String> response = fetch(original, accept);
        return responding(
                header(response, "Content-Type"), header(response, "Cache-Control"), response.body(), directory);
    }

    /** Starts nginx with a constant response. */
    static Nginx responding(String contentType, String cacheControl, String body, Path directory)
            throws IOException, InterruptedException {
        return start(directory, "", """
            default_type "%s";
            add_header Cache-Control "%s";
            return 200 '%s';
            """.formatted(contentType, cacheControl, body));
    }

    /** Starts nginx as a proxy that adds a token. */
    static Nginx forwardingTo(URI api, Path directory) throws IOException, InterruptedException {
        return start(
                directory,
                "upstream api { server %s; keepalive 512; keepalive_requests 1000000000; }"
                        .formatted(api.getAuthority()),
                """
                proxy_pass http://api;
                proxy_http_version 1.1;
                proxy_set_header Connection "";
                proxy_set_header Authorization "Bearer token";
                """);
    }

    private static Nginx start(Path directory, String upstream, String location)
            throws IOException, InterruptedException {
        int port = ChildProcess.freePort();
        Files.createDirectories(directory);
        Files.writeString(directory.resolve("nginx.conf"), configuration(port, upstream, location));
        ChildProcess process = ChildProcess.start(
                List.of("nginx", "-p", directory.toString(), "-c", "nginx.conf", "-e", "error.log"),
                Map.of(),
                directory.resolve("nginx.log"));
        URI target = URI.create("http://127.0.0.1:" + port + "/token");
        try {
            process.awaitStatus(200, target, TIMEOUT);
            return new Nginx(process, target);
        } catch (RuntimeException | InterruptedException failed) {
            process.close();
            throw failed;
        }
    }

    private static HttpResponse<String> fetch(URI target, String accept) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest request =
                    HttpRequest.newBuilder(target).header("Accept", accept).build();
            return client.send(request, BodyHandlers.ofString());
        }
    }

    private static String configuration(int port, String upstream, String location) {
        return """
            daemon off;
            worker_processes 1;
            pid nginx.pid;
            events { worker_connections 1024; }
            http {
                access_log off;
                keepalive_requests 1000000000;
                client_body_temp_path body;
                proxy_temp_path proxy;
                fastcgi_temp_path fastcgi;
                uwsgi_temp_path uwsgi;
                scgi_temp_path scgi;
                %s
                server {
                    listen 127.0.0.1:%d;
                    location = /token {
                        %s
                    }
                }
            }
            """.formatted(upstream, port, location);
    }

    private static String header(HttpResponse<String> response, String name) {
        return response.headers().firstValue(name).orElseThrow();
    }

    URI target() {
        return target;
    }

    @Override
    public void close() {
        process.close();
    }
}
