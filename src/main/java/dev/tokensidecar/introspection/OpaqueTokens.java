package dev.tokensidecar.introspection;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.tokensidecar.token.BackOff;
import dev.tokensidecar.token.Moment;
import dev.tokensidecar.token.RefreshFailure;
import dev.tokensidecar.token.RefreshFailure.Misconfigured;
import dev.tokensidecar.token.RefreshFailure.Unavailable;
import dev.tokensidecar.token.Secret;
import dev.tokensidecar.token.ServerPause;
import dev.tokensidecar.token.SharedResult;
import dev.tokensidecar.token.TokenException;
import dev.tokensidecar.token.TokenHash;
import dev.tokensidecar.token.TokenRuntime;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Asks a server about tokens that only it understands. Callers with the same token share one request, and its answer for a few
 * seconds. Other tokens have requests of their own, a bounded number at the same time. Thread-safe.
 */
public final class OpaqueTokens {

    private static final int MAX_CONCURRENT = 64;
    private static final int MAX_QUEUED = 1000;
    private static final long CACHE_BYTES = 4 * 1024 * 1024;
    private static final int ENTRY_BYTES = 300;

    /** Failures that no token causes: the server is down, and more requests do not help. */
    private static final Set<String> SERVER_DOWN = Set.of(
            "connect_failed",
            "tls_failed",
            "timeout",
            "discovery_failed",
            "http_502",
            "http_503",
            "http_504",
            "temporarily_unavailable",
            "service_unavailable");

    /** When a caller may ask again about a token that the server fails at. */
    private static final Duration RETRY = Duration.ofSeconds(1);

    private static final BackOff BACK_OFF =
            new BackOff(Duration.ofSeconds(1), Duration.ofSeconds(10), Duration.ofMinutes(1), Duration.ofMinutes(1));

    private record Answer(ObjectNode response, Moment at, int bytes) {}

    private record PendingAnswer(TokenHash hash, Secret token, SharedResult<ObjectNode> result) {}

    private final String issuer;
    private final IntrospectionServer server;
    private final Duration maxAge;
    private final TokenRuntime runtime;
    private final IntrospectionListener listener;
    private final Cache<TokenHash, Answer> answers = boundedCache();
    private final Map<TokenHash, PendingAnswer> requests = new HashMap<>();
    private final Queue<PendingAnswer> queue = new ArrayDeque<>();
    private final ServerPause pause;
    private int sent;

    /**
     * Sends nothing before the first token.
     *
     * @param issuer the configured name
     * @param maxAge how long an answer serves further callers; zero for callers at the same time only
     */
    public OpaqueTokens(
            String issuer,
            IntrospectionServer server,
            Duration maxAge,
            TokenRuntime runtime,
            IntrospectionListener listener) {
        this.issuer = issuer;
        this.server = server;
        this.maxAge = maxAge;
        this.runtime = runtime;
        this.listener = listener;
        this.pause = new ServerPause(BACK_OFF, runtime.random());
    }

    /** The same kind of cache as that for exchanged tokens, whose classes the native executable knows. */
    private static Cache<TokenHash, Answer> boundedCache() {
        return Caffeine.newBuilder()
                .maximumWeight(CACHE_BYTES)
                .weigher((TokenHash hash, Answer answer) -> answer.bytes())
                .executor(Runnable::run)
                .build();
    }

    /** Returns what the server says, or a {@link TokenException}. */
    Uni<ObjectNode> ask(Secret token) {
        TokenHash hash = TokenHash.of(token);
        Moment now = runtime.time().now();
        Answer known = answers.getIfPresent(hash);
        if (known != null && now.since(known.at).compareTo(maxAge) < 0) {
            return Uni.createFrom().item(known.response);
        }
        PendingAnswer request = new PendingAnswer(hash, token, new SharedResult<>());
        boolean start;
        synchronized (this) {
            PendingAnswer same = requests.get(hash);
            if (same != null) {
                return same.result.uni();
            }
            RefreshFailure paused = pause.current(now);
            if (paused != null) {
                return Uni.createFrom().failure(paused);
            }
            start = sent < MAX_CONCURRENT;
            if (!start && queue.size() >= MAX_QUEUED) {
                return Uni.createFrom().failure(new TokenException.TooManyWaiters(MAX_QUEUED));
            }
            requests.put(hash, request);
            if (start) {
                sent++;
            } else {
                queue.add(request);
            }
        }
        if (start) {
            send(request);
        }
        return request.result.uni();
    }

    /** A worker sends, never a caller's request. */
    private void send(PendingAnswer request) {
        runtime.worker().execute(() -> {
            Moment begun = runtime.time().now();
            RefreshFailure paused = pause.current(begun);
            if (paused != null) {
                ended(request, null, paused);
                return;
            }
            Uni.createFrom()
                    .deferred(() -> server.introspect(request.token))
                    .subscribe()
                    .with(response -> answered(request, response, begun), defect -> failed(request, defect, begun));
        });
    }

    private void answered(PendingAnswer request, ObjectNode response, Moment begun) {
        Moment now = runtime.time().now();
        pause.responded(begun);
        listener.asked(issuer, now.since(begun), null);
        if (maxAge.isPositive()) {
            // the age counts from the moment when the server may have decided
            int bytes = ENTRY_BYTES + 2 * response.toString().length();
            answers.put(request.hash, new Answer(response, begun, bytes));
        }
        ended(request, response, null);
    }

    private void failed(PendingAnswer request, Throwable defect, Moment begun) {
        Moment now = runtime.time().now();
        RefreshFailure reason = defect instanceof RefreshFailure known
                ? known
                : Unavailable.unprocessed(
                        "internal_error", "unexpected " + defect.getClass().getName());
        if (isServerDown(reason)) {
            pause.failed(reason, begun, now);
        }
        listener.asked(issuer, now.since(begun), reason);
        ended(request, null, reason);
    }

    private static boolean isServerDown(RefreshFailure failure) {
        return switch (failure) {
            case Misconfigured wrong -> !IntrospectionServer.isRejection(wrong);
            case Unavailable unavailable ->
                unavailable.throttled()
                        || unavailable.retryAfter() != null
                        || SERVER_DOWN.contains(unavailable.error());
            default -> false; // garbage may be the answer about one token
        };
    }

    /** An application that asks again later may get an answer, unless somebody has to correct the configuration. */
    private static RefreshFailure forCaller(RefreshFailure reason) {
        return reason instanceof Misconfigured || reason.retryAfter() != null
                ? reason
                : new Unavailable(reason.error(), reason.detail(), false, false, RETRY);
    }

    private void ended(PendingAnswer request, @Nullable ObjectNode response, @Nullable RefreshFailure reason) {
        PendingAnswer next;
        synchronized (this) {
            requests.remove(request.hash);
            next = queue.poll();
            if (next == null) {
                sent--;
            }
        }
        if (response != null) {
            request.result.complete(response);
        } else if (reason != null) {
            request.result.fail(forCaller(reason));
        }
        if (next != null) {
            send(next);
        }
    }
}
