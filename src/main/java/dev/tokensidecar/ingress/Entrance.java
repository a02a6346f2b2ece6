package dev.tokensidecar.ingress;

import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.ConnectionBase;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The listener through which a caller came, and the tokens that it may ask for there. To a caller, every other token does
 * not exist.
 *
 * @param name what the audit trail calls the listener
 * @param tokens the names of the tokens; null for all
 */
public record Entrance(String name, @Nullable Set<String> tokens) {

    /** The listener of the framework, which dev mode and tests use. */
    private static final Entrance FRAMEWORK = ofAllTokens("tcp");

    private static final AttributeKey<Entrance> KEY = AttributeKey.valueOf(Entrance.class.getName());

    public Entrance {
        tokens = tokens == null ? null : Set.copyOf(tokens);
    }

    public static Entrance ofAllTokens(String name) {
        return new Entrance(name, null);
    }

    /** Whether callers may ask for this token. */
    public boolean admits(String token) {
        return tokens == null || tokens.contains(token);
    }

    /** Marks a new connection, before its first request. */
    void mark(Channel connection) {
        connection.attr(KEY).set(this);
    }

    /** Returns the entrance of a connection. A stream of HTTP/2 has that of its connection. */
    public static Entrance of(HttpConnection connection) {
        for (Channel channel = ((ConnectionBase) connection).channel(); channel != null; channel = channel.parent()) {
            Entrance entrance = channel.attr(KEY).get();
            if (entrance != null) {
                return entrance;
            }
        }
        return FRAMEWORK;
    }
}
