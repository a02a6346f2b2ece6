package dev.tokensidecar.ingress;

import dev.tokensidecar.ingress.AdmittedConnection.Phase;
import dev.tokensidecar.token.MaxMinFairness;
import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import io.vertx.core.http.HttpServerOptions;
import java.time.Duration;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedSet;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Every connection of one or more listeners, and the limits that hold for all of them together. Nobody is refused: where
 * something runs short, those that make no progress are closed, so that a probe or a call gets in during a flood.
 * Thread-safe.
 */
public final class ConnectionTable {

    /** The names that Vert.x gives to the handlers of a connection. */
    private static final String DECODER = "httpDecoder";

    private static final String REQUEST_HANDLER = "handler";

    private final ListenerLimits limits;
    private final LongSupplier nanos;
    private final Consumer<Throwable> failures;

    /** A full table waits with closing until the event loop has looked at what the newcomers have sent. */
    private static final long TRIM_MILLIS = 1;

    /** Which part of the connections counts as the newest. */
    private static final int NEWEST_SHARE = 4;

    /** How many more there may be until then. */
    private static final int MOST_WAITING = 512;

    /** Those that are being closed may hold as much as those that are open. */
    private static final int CLOSING_SHARE = 2;

    /** Each phase in the order in which connections entered it. */
    private final Map<Phase, SequencedSet<AdmittedConnection>> phases = new EnumMap<>(Phase.class);

    private final Map<Object, Integer> peers = new HashMap<>();

    /** Connections that hold memory, in the order in which they began to. */
    private final SequencedSet<AdmittedConnection> holders = new LinkedHashSet<>();

    private int connections;
    private long held;
    private long closing;
    private boolean trimming;
    private long looks;
    private long arrivals;

    /**
     * Makes an empty table.
     *
     * @param nanos the monotonic clock
     * @param failures hears of every failure of a connection
     */
    public ConnectionTable(ListenerLimits limits, LongSupplier nanos, Consumer<Throwable> failures) {
        this.limits = limits;
        this.nanos = nanos;
        this.failures = failures;
        for (Phase phase : Phase.values()) {
            phases.put(phase, new LinkedHashSet<>());
        }
    }

    ListenerLimits limits() {
        return limits;
    }

    /** A connection was opened; nothing of it has been read. */
    void admit(Channel channel, HttpServerOptions options) {
        AdmittedConnection connection = new AdmittedConnection(channel, this, limits);
        ChannelPipeline pipeline = channel.pipeline();
        pipeline.replace(
                DECODER,
                DECODER,
                new MeteredRequestDecoder(options, connection, limits.bodies() != ListenerLimits.Bodies.NONE));
        pipeline.addBefore(REQUEST_HANDLER, "connection-table", connection);
        add(connection);
    }

    /** Whether the next byte of this connection begins a request; unknown, and therefore false, where no table is used. */
    public static boolean isBetweenMessages(Channel channel) {
        MeteredRequestDecoder decoder = channel.pipeline().get(MeteredRequestDecoder.class);
        return decoder != null && decoder.isBetweenMessages();
    }

    /**
     * A newcomer has not had a chance to send anything, and many may come at once: if the stalest one went at once, that could
     * be a probe whose request has arrived and not been read.
     */
    private synchronized void add(AdmittedConnection connection) {
        if (connections >= limits.connections() + MOST_WAITING) {
            evict(limits.connections() + MOST_WAITING - 1, Integer.MAX_VALUE, looks);
        }
        int ofPeer = peers.merge(connection.peer(), 1, Integer::sum);
        connections++;
        connection.listed = true;
        connection.look = looks;
        connection.number = ++arrivals;
        list(Phase.READING_HEAD, connection);
        if (!trimming && (connections > limits.connections() || ofPeer > limits.connectionsPerPeer())) {
            trimLater(connection);
        }
    }

    private void trimLater(AdmittedConnection connection) {
        trimming = true;
        connection.later(() -> trim(connection), TRIM_MILLIS);
    }

    /** Closes what is too much; those who have come since the last look stay until the next one. */
    private synchronized void trim(AdmittedConnection last) {
        evict(limits.connections(), limits.connectionsPerPeer(), looks - 1);
        looks++;
        trimming = false;
        if (connections > limits.connections()
                || peers.values().stream().anyMatch(count -> count > limits.connectionsPerPeer())) {
            trimLater(last);
        }
    }

    /**
     * Closes the stalest connections until there are no more than allowed. Peers with most connections give up theirs first, so
     * that no peer can take the only one of another.
     *
     * @param latest only those that had come by this look are counted and closed
     */
    private void evict(int most, int mostOfPeer, long latest) {
        List<AdmittedConnection> seen = stalestFirst().stream()
                .filter(connection -> connection.look <= latest)
                .toList();
        Map<Object, Integer> left = new HashMap<>();
        seen.forEach(connection -> left.merge(connection.peer(), 1, Integer::sum));
        int share = Math.min(mostOfPeer, MaxMinFairness.share(left.values(), most));
        int surplus = seen.size() - most;
        for (AdmittedConnection connection : seen) {
            int ofPeer = left.getOrDefault(connection.peer(), 0);
            if (ofPeer > mostOfPeer || (surplus > 0 && ofPeer > share)) {
                left.put(connection.peer(), ofPeer - 1);
                surplus--;
                evict(connection);
            }
        }
    }

    /** Whoever is among the newest may still send its request: idle connections go before it. */
    private List<AdmittedConnection> stalestFirst() {
        long newest = arrivals - Math.max(1, limits.connections() / NEWEST_SHARE);
        Map<Boolean, List<AdmittedConnection>> heads = in(Phase.READING_HEAD).stream()
                .collect(Collectors.partitioningBy(connection -> connection.number > newest));
        return Stream.of(
                        heads.getOrDefault(false, List.of()),
                        in(Phase.IDLE),
                        in(Phase.READING_BODY),
                        heads.getOrDefault(true, List.of()),
                        in(Phase.BUSY))
                .flatMap(Collection::stream)
                .toList();
    }

    /** A connection has come into this phase, or begins it anew. */
    synchronized void enter(Phase phase, AdmittedConnection connection) {
        boolean goesOn = phase == connection.phase && (phase == Phase.READING_HEAD || phase == Phase.IDLE);
        if (connection.listed && !goesOn) {
            list(phase, connection);
        }
    }

    private void list(Phase phase, AdmittedConnection connection) {
        in(connection.phase).remove(connection);
        connection.phase = phase;
        connection.since = nanos.getAsLong();
        in(phase).add(connection);
    }

    private SequencedSet<AdmittedConnection> in(Phase phase) {
        return Objects.requireNonNull(phases.get(phase));
    }

    /** A connection holds so many bytes now. */
    void hold(long bytes, AdmittedConnection connection) {
        if (bytes != connection.held) {
            held(bytes, connection);
        }
    }

    private synchronized void held(long bytes, AdmittedConnection connection) {
        if (!connection.listed) {
            return;
        }
        held += bytes - connection.held;
        connection.held = bytes;
        if (bytes == 0) {
            holders.remove(connection);
        } else {
            holders.add(connection);
        }
        while (held > limits.heldBytes()) {
            evict(holders.getFirst());
        }
    }

    /**
     * Whether there is memory for so many bytes more of a head, before anything is made of them. Netty ends a connection, and
     * frees what it holds, only when all that was ready to be read has been read: those that are being closed count as well.
     */
    synchronized boolean hasRoomFor(long bytes) {
        return held + closing + bytes <= CLOSING_SHARE * limits.heldBytes();
    }

    /** A connection is closed. */
    synchronized void remove(AdmittedConnection connection) {
        if (connection.listed) {
            unlist(connection);
        }
        closing -= connection.closing;
        connection.closing = 0;
    }

    private void unlist(AdmittedConnection connection) {
        connection.listed = false;
        connections--;
        peers.computeIfPresent(connection.peer(), (peer, count) -> count == 1 ? null : count - 1);
        in(connection.phase).remove(connection);
        holders.remove(connection);
        held -= connection.held;
    }

    private void evict(AdmittedConnection connection) {
        unlist(connection);
        connection.closing = connection.held;
        closing += connection.closing;
        connection.close();
    }

    /** Closes what has taken too long. To be called every few seconds. */
    public synchronized void sweep() {
        sweep(Phase.READING_HEAD, limits.headTimeout());
        sweep(Phase.IDLE, limits.idleTimeout());
        long now = nanos.getAsLong();
        Stream.concat(in(Phase.READING_BODY).stream(), in(Phase.BUSY).stream())
                .filter(connection -> connection.isStalled(now - connection.since))
                .toList()
                .forEach(this::evict);
    }

    private void sweep(Phase phase, Duration timeout) {
        long now = nanos.getAsLong();
        SequencedSet<AdmittedConnection> all = in(phase);
        while (!all.isEmpty() && isOver(timeout, all.getFirst(), now)) {
            evict(all.getFirst());
        }
    }

    private static boolean isOver(Duration timeout, AdmittedConnection connection, long now) {
        return now - connection.since > timeout.toNanos();
    }

    void failed(Throwable failure) {
        failures.accept(failure);
    }
}
