package dev.tokensidecar.ingress;

import dev.tokensidecar.ingress.AdmittedConnection.Phase;
import dev.tokensidecar.token.MaxMinFairness;
import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.impl.ConnectionBase;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedSet;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Holds every connection of one or more listeners and enforces their common limits. Accepts every new connection: when
 * a resource runs short, the table closes connections that make no progress, so that probes and calls get in during a
 * flood. Thread-safe.
 */
public final class ConnectionTable {

    /** Vert.x's name for the decoder of a connection. */
    private static final String DECODER = "httpDecoder";

    private static final String ENCODER = "httpEncoder";
    private static final String REQUEST_HANDLER = "handler";
    private static final String CONNECTION = "connection-table";

    private final ListenerLimits limits;
    private final LongSupplier nanos;
    private final Consumer<Throwable> failures;

    /** A full table delays eviction until the event loop has read what the new connections have sent. */
    private static final long TRIM_DELAY_MILLIS = 1;

    /** A connection that is among the newest of this fraction of the limit may still send its first request. */
    private static final int NEWEST_FRACTION = 4;

    /** How many connections above the limit may wait for the trim. */
    private static final int MAX_SURPLUS = 512;

    /** Closing connections may hold as much as open ones. */
    private static final int CLOSING_SHARE = 2;

    /** Each phase in the order in which connections entered it. */
    private final Map<Phase, SequencedSet<AdmittedConnection>> phases = new EnumMap<>(Phase.class);

    private final Map<Object, Integer> connectionsByPeer = new HashMap<>();

    /** Connections that hold memory, in the order in which they last held less than before. */
    private final SequencedSet<AdmittedConnection> holders = new LinkedHashSet<>();

    private final Set<Http2CallerConnection> multiplexed = new HashSet<>();
    private int streams;
    private int connections;
    private long heldBytes;
    private long closingBytes;
    private boolean trimScheduled;
    private long trimRounds;
    private long arrivals;

    /**
     * Makes an empty table.
     *
     * @param nanos the monotonic clock
     * @param failures receives every failure of a connection
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

    /** Adds a connection that was just opened; nothing has been read from it. */
    void admit(Channel channel, HttpServerOptions options) {
        Http1CallerConnection connection = new Http1CallerConnection(channel, this, limits);
        ChannelPipeline pipeline = channel.pipeline();
        pipeline.replace(
                DECODER,
                DECODER,
                new MeteredRequestDecoder(options, connection, limits.bodies() != ListenerLimits.Bodies.NONE));
        pipeline.addBefore(REQUEST_HANDLER, CONNECTION, connection);
        add(connection);
    }

    /**
     * Continues with a connection on which the caller speaks HTTP/2. Removes the handlers for HTTP/1.1, and adds the first one
     * for HTTP/2.
     *
     * @param state the state that the decoder for HTTP/2 keeps
     * @return null if the connection closes
     */
    @Nullable Http2CallerConnection switchToHttp2(Channel channel, Http2Connection state) {
        ChannelPipeline pipeline = channel.pipeline();
        AdmittedConnection http1 = pipeline.get(AdmittedConnection.class);
        Http2CallerConnection http2 = new Http2CallerConnection(channel, this, limits, state);
        if (!replace(http1, http2)) {
            return null;
        }
        for (String handler : List.of(DECODER, ENCODER, CONNECTION, REQUEST_HANDLER)) {
            pipeline.remove(handler);
        }
        pipeline.addLast(CONNECTION, http2);
        return http2;
    }

    /** Replaces the codec of HTTP/1.1 in the pipeline of a stream. */
    static void translate(ChannelPipeline stream, StreamCodec codec) {
        stream.replace(DECODER, DECODER, codec);
        stream.remove(ENCODER);
    }

    private synchronized boolean replace(AdmittedConnection old, Http2CallerConnection next) {
        if (!old.listed) {
            return false;
        }
        unlist(old);
        add(next);
        multiplexed.add(next);
        return true;
    }

    /** Whether the next byte of this connection begins a request. False if unknown, because no table tracks it. */
    public static boolean isBetweenMessages(Channel channel) {
        MeteredRequestDecoder decoder = channel.pipeline().get(MeteredRequestDecoder.class);
        return decoder != null && decoder.isBetweenMessages();
    }

    /** Whether more has arrived on an HTTP/1.1 connection than the request that the caller waits for. */
    public static boolean hasReadFurther(HttpConnection connection) {
        Channel channel = ((ConnectionBase) connection).channel();
        Http1CallerConnection caller = channel.pipeline().get(Http1CallerConnection.class);
        return caller != null && (caller.hasPipelined() || !isBetweenMessages(channel));
    }

    /** Whether this is a stream of an HTTP/2 connection, and no connection of its own. */
    public static boolean isStream(HttpConnection connection) {
        return ((ConnectionBase) connection).channel() instanceof Http2StreamChannel;
    }

    /**
     * Closes a connection immediately, or resets a stream of HTTP/2. What the socket does not take is lost, whereas
     * {@link HttpConnection#close} keeps it in memory until the caller has read it.
     */
    public static void abort(HttpConnection connection) {
        ChannelPipeline pipeline = ((ConnectionBase) connection).channel().pipeline();
        AdmittedConnection admitted = pipeline.get(AdmittedConnection.class);
        StreamCodec stream = pipeline.get(StreamCodec.class);
        if (admitted != null) {
            admitted.flushAndClose();
        } else if (stream != null) {
            stream.abort();
        }
    }

    /**
     * Delays the eviction that a new connection causes. Many connections may open at once, before the event loop reads
     * from any: an immediate eviction of the stalest one could hit a probe whose request has arrived but has not been
     * read.
     */
    private synchronized void add(AdmittedConnection connection) {
        if (connections >= limits.connections() + MAX_SURPLUS) {
            evict(limits.connections() + MAX_SURPLUS - 1, Integer.MAX_VALUE, trimRounds);
        }
        int ofPeer = connectionsByPeer.merge(connection.peer(), 1, Integer::sum);
        connections++;
        connection.listed = true;
        connection.trimRound = trimRounds;
        connection.arrivalNumber = ++arrivals;
        list(Phase.READING_HEAD, connection);
        if (!trimScheduled && (connections > limits.connections() || ofPeer > limits.connectionsPerPeer())) {
            scheduleTrim(connection);
        }
    }

    private void scheduleTrim(AdmittedConnection connection) {
        trimScheduled = true;
        connection.schedule(() -> trim(connection), TRIM_DELAY_MILLIS);
    }

    /** Closes the surplus. Connections that were opened since the last round stay until the next one. */
    private synchronized void trim(AdmittedConnection last) {
        evict(limits.connections(), limits.connectionsPerPeer(), trimRounds - 1);
        trimRounds++;
        trimScheduled = false;
        if (connections > limits.connections()
                || connectionsByPeer.values().stream().anyMatch(count -> count > limits.connectionsPerPeer())) {
            scheduleTrim(last);
        }
    }

    /**
     * Closes the stalest connections until the limits hold. Evicts from the peers with the most connections first, so that no
     * peer can take another one's only connection.
     *
     * @param limit of all connections together
     * @param lastRound neither counts nor closes connections that were opened after this round
     */
    private void evict(int limit, int limitPerPeer, long lastRound) {
        List<AdmittedConnection> candidates = stalestFirst().stream()
                .filter(connection -> connection.trimRound <= lastRound)
                .toList();
        Map<Object, Integer> remaining = new HashMap<>();
        candidates.forEach(connection -> remaining.merge(connection.peer(), 1, Integer::sum));
        int share = Math.min(limitPerPeer, MaxMinFairness.share(remaining.values(), limit));
        int surplus = candidates.size() - limit;
        for (AdmittedConnection connection : candidates) {
            int ofPeer = remaining.getOrDefault(connection.peer(), 0);
            if (ofPeer > limitPerPeer || (surplus > 0 && ofPeer > share)) {
                remaining.put(connection.peer(), ofPeer - 1);
                surplus--;
                evict(connection);
            }
        }
    }

    /** Lists connections in eviction order. One of the newest may still send its request: idle connections precede it. */
    private List<AdmittedConnection> stalestFirst() {
        long lastOfOlder = arrivals - Math.max(1, limits.connections() / NEWEST_FRACTION);
        Map<Boolean, List<AdmittedConnection>> headsByNewest = in(Phase.READING_HEAD).stream()
                .collect(Collectors.partitioningBy(connection -> connection.arrivalNumber > lastOfOlder));
        return Stream.of(
                        headsByNewest.getOrDefault(false, List.of()),
                        in(Phase.IDLE),
                        in(Phase.READING_BODY),
                        headsByNewest.getOrDefault(true, List.of()),
                        in(Phase.BUSY))
                .flatMap(Collection::stream)
                .toList();
    }

    /**
     * Counts one more stream of a connection. All connections together may have as many streams as there may be connections:
     * each costs as much. If there are more, the connection with most streams closes, unless that is this one.
     *
     * @return false if the stream has to be refused
     */
    synchronized boolean admitStream(Http2CallerConnection connection) {
        if (!connection.listed) {
            return false;
        }
        if (streams >= limits.connections()) {
            Http2CallerConnection largest = multiplexed.stream()
                    .max(Comparator.comparingInt(each -> each.admittedStreams))
                    .orElse(connection);
            if (largest.admittedStreams <= connection.admittedStreams + 1) {
                return false;
            }
            evict(largest);
        }
        streams++;
        connection.admittedStreams++;
        return true;
    }

    /** A stream that was admitted has closed. */
    synchronized void closedStream(Http2CallerConnection connection) {
        if (connection.listed) {
            streams--;
            connection.admittedStreams--;
        }
    }

    /** Moves a connection into a phase, or restarts the phase's clock. READING_HEAD and IDLE do not restart. */
    synchronized void enter(Phase phase, AdmittedConnection connection) {
        boolean continues = phase == connection.phase && (phase == Phase.READING_HEAD || phase == Phase.IDLE);
        if (connection.listed && !continues) {
            list(phase, connection);
        }
    }

    private void list(Phase phase, AdmittedConnection connection) {
        in(connection.phase).remove(connection);
        connection.phase = phase;
        connection.phaseSince = nanos.getAsLong();
        in(phase).add(connection);
    }

    private SequencedSet<AdmittedConnection> in(Phase phase) {
        return Objects.requireNonNull(phases.get(phase));
    }

    /**
     * Records how many bytes a connection holds now, and evicts holders while all of them together exceed the limit.
     */
    void updateHeldBytes(long bytes, AdmittedConnection connection) {
        // read without the lock: only the connection's own event loop writes the field
        if (bytes != connection.heldBytes) {
            recordHeldBytes(bytes, connection);
        }
    }

    private synchronized void recordHeldBytes(long bytes, AdmittedConnection connection) {
        if (!connection.listed) {
            return;
        }
        boolean progress = bytes < connection.heldBytes;
        heldBytes += bytes - connection.heldBytes;
        connection.heldBytes = bytes;
        if (progress) {
            holders.remove(connection);
        }
        if (bytes > 0) {
            holders.add(connection);
        }
        while (heldBytes > limits.heldBytes()) {
            evict(holders.getFirst());
        }
    }

    /**
     * Whether memory is left for so many more bytes of a head, before the decoder creates anything. Netty ends a connection,
     * and frees its memory, only after it has read all connections that were ready, so closing connections count too.
     */
    synchronized boolean hasRoomFor(long bytes) {
        return heldBytes + closingBytes + bytes <= CLOSING_SHARE * limits.heldBytes();
    }

    /** Removes a connection that is closed. */
    synchronized void remove(AdmittedConnection connection) {
        if (connection.listed) {
            unlist(connection);
        }
        closingBytes -= connection.closingBytes;
        connection.closingBytes = 0;
    }

    private void unlist(AdmittedConnection connection) {
        if (connection instanceof Http2CallerConnection http2 && multiplexed.remove(http2)) {
            streams -= http2.admittedStreams;
        }
        connection.listed = false;
        connections--;
        connectionsByPeer.computeIfPresent(connection.peer(), (peer, count) -> count == 1 ? null : count - 1);
        in(connection.phase).remove(connection);
        holders.remove(connection);
        heldBytes -= connection.heldBytes;
    }

    private void evict(AdmittedConnection connection) {
        unlist(connection);
        connection.closingBytes = connection.heldBytes;
        closingBytes += connection.closingBytes;
        connection.close();
    }

    /** Closes the connections whose time is up. The caller runs it every few seconds. */
    public synchronized void sweep() {
        sweep(Phase.READING_HEAD, limits.headTimeout());
        sweep(Phase.IDLE, limits.idleTimeout());
        long now = nanos.getAsLong();
        Stream.concat(in(Phase.READING_BODY).stream(), in(Phase.BUSY).stream())
                .filter(connection -> connection.isStalled(now - connection.phaseSince))
                .toList()
                .forEach(this::evict);
    }

    private void sweep(Phase phase, Duration timeout) {
        long now = nanos.getAsLong();
        SequencedSet<AdmittedConnection> all = in(phase);
        while (!all.isEmpty() && hasTimedOut(all.getFirst(), timeout, now)) {
            evict(all.getFirst());
        }
    }

    private static boolean hasTimedOut(AdmittedConnection connection, Duration timeout, long now) {
        return now - connection.phaseSince > timeout.toNanos();
    }

    void reportFailure(Throwable failure) {
        failures.accept(failure);
    }
}
