package dev.tokensidecar.egress;

import dev.tokensidecar.token.Secret;
import io.vertx.core.net.ProxyOptions;
import java.net.InetAddress;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP proxy on the way to a server. With https it sees encrypted bytes only, because it opens a tunnel (RFC 9110 section
 * 9.3.6); with http it reads and forwards each message (section 3.7).
 *
 * @param credentials reads {@code user:password} before each connection, and may block; null for none
 */
public record ProxyServer(Authority authority, @Nullable Supplier<Secret> credentials) {

    /**
     * Reads the credentials, which may block. Without a password they end with a colon all the same (RFC 7617 section 2).
     *
     * @return null if this proxy needs none
     */
    public @Nullable Secret readCredentials() {
        if (credentials == null) {
            return null;
        }
        Secret read = credentials.get();
        return read.reveal().indexOf(':') < 0 ? Secret.of(read.reveal() + ":") : read;
    }

    /**
     * Returns how to reach this proxy.
     *
     * @param address one of its addresses
     * @param credentials what {@link #readCredentials} has returned
     * @param limit for its response to CONNECT
     */
    public ProxyOptions options(InetAddress address, @Nullable Secret credentials, Duration limit) {
        ProxyOptions options = new ProxyOptions()
                .setHost(address.getHostAddress())
                .setPort(authority.port())
                .setConnectTimeout(limit);
        if (credentials != null) {
            String[] parts = credentials.reveal().split(":", 2);
            options.setUsername(parts[0]).setPassword(parts[1]);
        }
        return options;
    }

    @Override
    public String toString() {
        return authority.toString();
    }
}
