package dev.tokensidecar.testing.server;

import dev.tokensidecar.testing.process.ChildProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A real proxy: Debian's {@code squid} on a loopback port. It takes some names for loopback, and wants credentials. */
public final class Squid implements AutoCloseable {

    /** The only credentials that it accepts. */
    public static final String CREDENTIALS = "orders:p:ss";

    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private final int port = ChildProcess.freePort();
    private final ChildProcess process;
    private final Path accesses;

    /**
     * Starts the proxy.
     *
     * @param directory contains its files; its user, who is not root, gets access to them
     * @param names the host names that it resolves
     */
    public Squid(Path directory, List<String> names) throws IOException, InterruptedException {
        Path hosts = Files.writeString(directory.resolve("hosts"), "127.0.0.1 " + String.join(" ", names) + "\n");
        Path users = Files.writeString(directory.resolve("users"), "orders:$apr1$sidecar$KFXRT2nzjG4l25IcDri1V/\n");
        Path logs = Files.createDirectory(directory.resolve("logs"));
        accesses = logs.resolve("access.log");
        Path configuration = Files.writeString(directory.resolve("squid.conf"), """
                http_port 127.0.0.1:%d
                hosts_file %s
                auth_param basic program /usr/lib/squid/basic_ncsa_auth %s
                acl known proxy_auth REQUIRED
                http_access allow known
                http_access deny all
                cache deny all
                access_log stdio:%s
                cache_log %s
                visible_hostname squid.example
                pinger_enable off
                pid_filename none
                netdb_filename none
                shutdown_lifetime 0 seconds
                """.formatted(
                        port, hosts, users, accesses, logs.resolve("cache.log")));
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.setPosixFilePermissions(logs, PosixFilePermissions.fromString("rwxrwxrwx"));
        process = ChildProcess.start(
                List.of("/usr/sbin/squid", "-N", "-f", configuration.toString()),
                Map.of(),
                directory.resolve("squid.log"));
        process.awaitPort("squid", port, TIMEOUT);
    }

    public int port() {
        return port;
    }

    /** Waits for a line of its access log with these words: result, method, host and port, user. */
    public void awaitAccess(String... words) throws InterruptedException {
        process.await(
                String.join(" ", words),
                () -> accesses()
                        .lines()
                        .anyMatch(line -> List.of(words).stream().allMatch(line::contains)),
                TIMEOUT);
    }

    private String accesses() {
        try {
            return Files.exists(accesses) ? Files.readString(accesses) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.close();
    }
}
