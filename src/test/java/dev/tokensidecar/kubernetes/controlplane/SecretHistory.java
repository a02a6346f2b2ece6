package dev.tokensidecar.kubernetes.controlplane;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;

/**
 * All versions of a Secret. Reads them from etcd, which has them whatever happens to the API server, and goes on after a
 * restart of etcd.
 */
public final class SecretHistory implements AutoCloseable {

    /**
     * One version.
     *
     * @param revision the revision of etcd, which is also the {@code resourceVersion}
     * @param at when this process saw it, shortly after the write
     * @param secret the whole object
     */
    public record Version(long revision, Instant at, JsonObject secret) {

        /** Returns the content of a key; empty if there is none. */
        public String data(String key) {
            String encoded = secret.getJsonObject("data", new JsonObject()).getString(key, "");
            return new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8);
        }
    }

    private static final Duration PAUSE = Duration.ofMillis(100);

    private final URI etcd;
    private final String key;
    private final HttpClient client = HttpClient.newHttpClient();
    private final List<Version> versions = new CopyOnWriteArrayList<>();
    private final Thread reader;
    private volatile boolean closed;
    private long next = 1;

    SecretHistory(URI etcd, String namespace, String secret) {
        this.etcd = etcd;
        this.key = key(namespace, secret);
        this.reader = Thread.ofVirtual().start(this::read);
    }

    /** Returns the key under which etcd has a Secret. */
    static String key(String namespace, String secret) {
        return "/registry/secrets/" + namespace + "/" + secret;
    }

    private void read() {
        while (!closed) {
            try {
                EtcdClient.watch(client, etcd, key, next, this::add);
            } catch (IOException | UncheckedIOException restarting) {
                LockSupport.parkNanos(PAUSE.toNanos());
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private void add(JsonObject event) {
        JsonObject entry = event.getJsonObject("kv");
        long revision = Long.parseLong(entry.getString("mod_revision"));
        next = revision + 1;
        if (entry.containsKey("value")) {
            versions.add(new Version(
                    revision,
                    Instant.now(),
                    new JsonObject(
                            new String(Base64.getDecoder().decode(entry.getString("value")), StandardCharsets.UTF_8))));
        }
    }

    /** Returns the versions so far, the oldest first. */
    public List<Version> versions() {
        return List.copyOf(versions);
    }

    @Override
    public void close() {
        closed = true;
        reader.interrupt();
        client.shutdownNow();
    }
}
