package dev.tokensidecar.ingress;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;

/**
 * What callers may take of the process through a listener, or through several that share a {@link ConnectionTable}.
 *
 * @param connections how many may be open; one more closes the stalest
 * @param connectionsPerPeer how many of them may come from one address; one more closes the stalest of that address
 * @param heldBytes how much unfinished and unusually long request heads, request bodies and unread responses may hold in
 *     all; more closes those that have held longest
 * @param bodies what becomes of request bodies
 * @param pipelinedRequests how many requests a connection may send before it takes its responses
 * @param headerBytes size of a request's header section
 * @param lineBytes size of a request line
 * @param headTimeout how long a request head may take to arrive, from its first byte
 * @param bodyTimeout how long its body may take
 * @param readTimeout how long a caller may read nothing of a response that waits for it
 * @param idleTimeout how long a connection may stay open between two requests
 */
public record ListenerLimits(
        int connections,
        int connectionsPerPeer,
        long heldBytes,
        Bodies bodies,
        int pipelinedRequests,
        int headerBytes,
        int lineBytes,
        Duration headTimeout,
        Duration bodyTimeout,
        Duration readTimeout,
        Duration idleTimeout) {

    /** What a listener does with the bodies of requests. */
    public enum Bodies {
        /** Refuses them. */
        NONE,
        /** Reads them as a whole. */
        BUFFERED,
        /** Passes them on as they come, and responses too; then somebody else limits what they hold, and only heads count. */
        STREAMED
    }

    /** Longer than any process runs: for what is limited elsewhere. */
    private static final Duration UNLIMITED = Duration.ofDays(36_500);

    private static final int KIB = 1024;
    private static final int MIB = 1024 * KIB;

    /** What an open connection costs in heap, with a caller that waits on it. */
    private static final int CONNECTION_COST = 12 * KIB;

    private static final int HEAP_SHARE = 16;

    private static final Object POD = "pod";

    /**
     * For the token interface, whose callers are in the pod: they may all come at once, and keep their connections.
     *
     * @param heap size of the heap in bytes
     */
    public static ListenerLimits ofTokenInterface(long heap) {
        int connections = connections(heap);
        return new ListenerLimits(
                connections,
                connections,
                heldBytes(heap),
                Bodies.BUFFERED,
                16,
                16 * KIB,
                4 * KIB,
                Duration.ofSeconds(10),
                Duration.ofSeconds(30),
                Duration.ofSeconds(30),
                Duration.ofMinutes(30));
    }

    /**
     * For a port of forwarding mode: bodies stream, and each route limits what they may hold and how long they may take.
     *
     * @param heap size of the heap in bytes
     */
    public static ListenerLimits ofForwarding(long heap) {
        int connections = connections(heap) / 4;
        return new ListenerLimits(
                connections,
                connections,
                heldBytes(heap),
                Bodies.STREAMED,
                16,
                32 * KIB,
                16 * KIB,
                Duration.ofSeconds(10),
                UNLIMITED,
                UNLIMITED,
                Duration.ofMinutes(30));
    }

    /** For probes and scrapes: a few connections, and no neighbour in the cluster can take more. */
    public static ListenerLimits ofManagementInterface() {
        return new ListenerLimits(
                64,
                16,
                MIB,
                Bodies.NONE,
                4,
                8 * KIB,
                2 * KIB,
                Duration.ofSeconds(5),
                Duration.ofSeconds(5),
                Duration.ofSeconds(5),
                Duration.ofMinutes(5));
    }

    /** Whom the limit for one peer counts an address for. A process of the pod can choose from millions of addresses. */
    Object peer(SocketAddress address) {
        return isOfPod() || !(address instanceof InetSocketAddress inet) ? POD : inet.getAddress();
    }

    /** Whether all callers count as one, so that there is no limit for each. */
    boolean isOfPod() {
        return connectionsPerPeer == connections;
    }

    private static long heldBytes(long heap) {
        return Math.min(heap / HEAP_SHARE, 64L * MIB);
    }

    private static int connections(long heap) {
        return Math.clamp(heap / CONNECTION_COST, 256, 20_000);
    }
}
