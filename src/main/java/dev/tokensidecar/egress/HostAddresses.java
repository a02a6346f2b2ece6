package dev.tokensidecar.egress;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Finds the addresses of hosts, in the order in which to try them: first the one that accepted the last connection, then the
 * families in turn (RFC 8305 section 4). So a dead address, or a family that leads nowhere, costs one attempt.
 */
public final class HostAddresses {

    /** Callers do not wait for more attempts. */
    private static final int MAX = 4;

    private final Executor blocking;
    private final Resolver resolver;
    private final Map<String, InetAddress> lastConnected = new ConcurrentHashMap<>();
    private final Map<String, CompletableFuture<List<InetAddress>>> pending = new ConcurrentHashMap<>();

    /** Resolves names. May block. */
    @FunctionalInterface
    public interface Resolver {
        InetAddress[] resolve(String host) throws UnknownHostException;
    }

    /** @param blocking runs the resolver of the operating system, which blocks and has no time limit */
    public HostAddresses(Executor blocking) {
        this(blocking, InetAddress::getAllByName);
    }

    /** Uses another resolver. */
    public HostAddresses(Executor blocking, Resolver resolver) {
        this.blocking = blocking;
        this.resolver = resolver;
    }

    /**
     * Resolves a host. Whoever asks while the resolver is at it gets the same result, so that a name that hangs occupies one
     * thread.
     *
     * @return at least one address; fails with an {@link UnknownHostException} if there is none
     */
    public CompletableFuture<List<InetAddress>> of(String host) {
        CompletableFuture<List<InetAddress>> mine = new CompletableFuture<>();
        CompletableFuture<List<InetAddress>> others = pending.putIfAbsent(host, mine);
        if (others == null) {
            start(host, mine);
        }
        return ownCopy(others == null ? mine : others);
    }

    /** Returns a result that its owner may complete, for example by a timeout, without disturbing the others. */
    private static <T> CompletableFuture<T> ownCopy(CompletableFuture<T> shared) {
        CompletableFuture<T> own = new CompletableFuture<>();
        var unused = shared.whenComplete((value, failure) -> {
            if (failure == null) {
                own.complete(value);
            } else {
                own.completeExceptionally(failure);
            }
        });
        return own;
    }

    /** Without a thread for it, this lookup fails. Otherwise the name would count as being looked up forever. */
    private void start(String host, CompletableFuture<List<InetAddress>> result) {
        try {
            blocking.execute(() -> resolve(host, result));
        } catch (RuntimeException | Error noThread) {
            fail(host, result, noThread);
        }
    }

    private void resolve(String host, CompletableFuture<List<InetAddress>> result) {
        try {
            List<InetAddress> found = inOrder(List.of(resolver.resolve(host)), lastConnected.get(host));
            pending.remove(host);
            result.complete(found);
        } catch (UnknownHostException | RuntimeException | Error failed) {
            fail(host, result, failed);
        }
    }

    private void fail(String host, CompletableFuture<?> result, Throwable failure) {
        pending.remove(host);
        result.completeExceptionally(failure);
    }

    /** Remembers that an address of a host has accepted a connection. */
    public void connected(String host, InetAddress address) {
        lastConnected.put(host, address);
    }

    /** Forgets an address that has accepted a connection and then failed, so that another one may come first. */
    public void failed(String host, InetAddress address) {
        lastConnected.remove(host, address);
    }

    static List<InetAddress> inOrder(List<InetAddress> found, @Nullable InetAddress lastConnected) {
        boolean firstFamily = isIpv6(found.getFirst());
        Queue<InetAddress> first = new ArrayDeque<>();
        Queue<InetAddress> second = new ArrayDeque<>();
        for (InetAddress address : found) {
            (isIpv6(address) == firstFamily ? first : second).add(address);
        }
        List<InetAddress> ordered = new ArrayList<>();
        if (lastConnected != null && found.contains(lastConnected)) {
            ordered.add(lastConnected);
        }
        while (!first.isEmpty() || !second.isEmpty()) {
            addNext(first, ordered);
            addNext(second, ordered);
        }
        return ordered.subList(0, Math.min(MAX, ordered.size()));
    }

    private static void addNext(Queue<InetAddress> family, List<InetAddress> ordered) {
        InetAddress next = family.poll();
        if (next != null && !ordered.contains(next)) {
            ordered.add(next);
        }
    }

    private static boolean isIpv6(InetAddress address) {
        return address instanceof Inet6Address;
    }
}
