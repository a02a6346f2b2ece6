package dev.tokensidecar.audit;

import dev.tokensidecar.ingress.AuditTrail;
import dev.tokensidecar.ingress.CallerContext;
import dev.tokensidecar.ingress.Entrance;
import dev.tokensidecar.token.CallerGroups;
import dev.tokensidecar.token.TimeSource;
import io.netty.channel.Channel;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.unix.PeerCredentials;
import io.netty.util.AttributeKey;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.ConnectionBase;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the audit trail of all listeners. Identifies the caller of a Unix domain socket before it gets its first response.
 * The kernel remembers the user who connected; the process may have ended, and left the connection to another one: then it is
 * unknown. The user of a connection over TCP is found out later.
 */
public final class CallerAudit implements AuditTrail {

    private static final AttributeKey<AuditedConnection> KEY = AttributeKey.valueOf(CallerAudit.class.getName());
    private static final Path PROC = Path.of("/proc");

    private final AuditLog log;

    /**
     * Starts an audit trail.
     *
     * @param users finds the users of connections over TCP
     * @param worker one thread, which may block
     */
    public CallerAudit(CallerGroups users, TimeSource time, ScheduledExecutorService worker) {
        this.log = new AuditLog(users, time, worker);
    }

    @Override
    public void identify(HttpConnection caller) {
        var unused = audited(caller);
    }

    @Override
    public void handedOut(HttpConnection caller, String token, long generation) {
        log.record(audited(caller), token, generation, AuditLog.HANDED_OUT);
    }

    @Override
    public void refused(HttpConnection caller, @Nullable String token, String why) {
        log.record(audited(caller), token, 0, why);
    }

    @Override
    public void close() {
        log.close();
    }

    private static AuditedConnection audited(HttpConnection connection) {
        Channel channel = ((ConnectionBase) connection).channel();
        AuditedConnection known = channel.attr(KEY).get();
        if (known == null) {
            known = identify(connection, channel);
            channel.attr(KEY).set(known);
        }
        return known;
    }

    private static AuditedConnection identify(HttpConnection connection, Channel channel) {
        String listener = Entrance.of(connection).name();
        return channel instanceof EpollDomainSocketChannel socket
                ? new AuditedConnection(peer(listener, socket), null)
                : new AuditedConnection(CallerIdentity.unknown(listener), CallerContext.connection(connection));
    }

    /** Returns who has connected (SO_PEERCRED in socket(7)). Another PID namespace hides the process. */
    private static CallerIdentity peer(String listener, EpollDomainSocketChannel socket) {
        try {
            PeerCredentials peer = socket.peerCredentials();
            LinuxProcess process = new LinuxProcess(PROC, peer.pid());
            return new CallerIdentity(
                    listener, Integer.toUnsignedString(peer.uid()), process.name(), process.container());
        } catch (IOException closed) {
            return CallerIdentity.unknown(listener);
        }
    }
}
