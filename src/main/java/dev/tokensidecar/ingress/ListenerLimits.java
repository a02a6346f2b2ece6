package dev.tokensidecar.ingress;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;

/**
 * Limits the resources that callers may use through a listener, or through several that share a
 * {@link ConnectionTable}.
 *
 * @param connections the maximum number of open connections; one more closes the stalest
 * @param connectionsPerPeer the maximum number from one address; one more closes the stalest of that address
 * @param heldBytes the maximum memory of all unfinished or long request heads, request bodies and unread responses; above it,
 *     the table closes the connections that have held memory for longest
 * @param bodies how the listener treats request bodies
 * @param pipelinedRequests the maximum number of requests that a connection may send ahead of their responses
 * @param headerBytes the maximum size of a request's header section
 * @param lineBytes the maximum size of a request line
 * @param headTimeout the maximum time for a request head to arrive, from its first byte
 * @param bodyTimeout the maximum time for the body to arrive
 * @param readTimeout the maximum time for which a caller may read nothing of a response that waits for it
 * @param idleTimeout the maximum time between two requests on a connection
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

    /** How a listener treats request bodies. */
    public enum Bodies {
        /** Rejects them. */
        NONE,
        /** Buffers them as a whole. */
        BUFFERED,
        /**
         * Streams them, and responses too. Their users limit the memory that they hold; the table counts heads only.
         */
        STREAMED
    }

    /** Longer than any process runs, for times that something else limits. */
    private static final Duration UNLIMITED = Duration.ofDays(36_500);

    private static final int KIB = 1024;
    private static final int MIB = 1024 * KIB;

    /** The heap that an open connection takes, with a caller that waits on it. */
    private static final int CONNECTION_BYTES = 12 * KIB;

    private static final int HEAP_SHARE = 16;

    /** A token with the groups of a user may be tens of kilobytes long. */
    private static final int HEADER_BYTES = 64 * KIB;

    /** The peer of all callers in the pod. */
    private static final Object POD = "pod";

    /**
     * For the token interface, whose callers are in the pod: they may all connect at the same time and keep their
     * connections.
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
                HEADER_BYTES,
                4 * KIB,
                Duration.ofSeconds(10),
                Duration.ofSeconds(30),
                Duration.ofSeconds(30),
                Duration.ofMinutes(30));
    }

    /**
     * For a port of forwarding mode, where bodies stream and each route limits their memory and their time, and for the port
     * for gateways, where nobody reads them.
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
                HEADER_BYTES,
                16 * KIB,
                Duration.ofSeconds(10),
                UNLIMITED,
                UNLIMITED,
                Duration.ofMinutes(30));
    }

    /** For probes and scrapes: a few connections, so that no neighbour in the cluster can take more. */
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

    /**
     * Returns the peer that an address counts for in the limit per peer. All callers in the pod are one peer: a process can
     * choose among millions of loopback addresses.
     */
    Object peer(SocketAddress address) {
        return isOfPod() || !(address instanceof InetSocketAddress inet) ? POD : inet.getAddress();
    }

    /** Whether all callers count as one peer, so that the limit per peer does not apply. */
    boolean isOfPod() {
        return connectionsPerPeer == connections;
    }

    private static long heldBytes(long heap) {
        return Math.min(heap / HEAP_SHARE, 64L * MIB);
    }

    private static int connections(long heap) {
        return Math.clamp(heap / CONNECTION_BYTES, 256, 20_000);
    }
}
