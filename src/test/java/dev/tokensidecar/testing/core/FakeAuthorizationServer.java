package dev.tokensidecar.testing.core;

import dev.tokensidecar.token.AccessToken;
import dev.tokensidecar.token.AuthorizationServer;
import dev.tokensidecar.token.BoundKey;
import dev.tokensidecar.token.InitialGrant;
import dev.tokensidecar.token.ProofKey;
import dev.tokensidecar.token.RefreshFailure;
import dev.tokensidecar.token.RefreshToken;
import dev.tokensidecar.token.Secret;
import dev.tokensidecar.token.SuccessfulResponse;
import dev.tokensidecar.token.TokenFields;
import dev.tokensidecar.token.TokenResponse;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * An authorization server that records what was presented and responds when the test says so. By default it holds every
 * request; after {@link #respondImmediately()} it responds immediately.
 */
public final class FakeAuthorizationServer implements AuthorizationServer {

    private final Deque<UniEmitter<? super SuccessfulResponse>> held = new ArrayDeque<>();
    private final List<String> presented = new ArrayList<>();
    private final AtomicInteger running = new AtomicInteger();
    private final AtomicInteger maxInFlight = new AtomicInteger();
    private final AtomicInteger cancelled = new AtomicInteger();
    private boolean immediately;
    private @Nullable RefreshFailure standingFailure;
    private @Nullable Duration accessTokenLifetime = Duration.ofSeconds(300);
    private @Nullable Duration refreshTokenLifetime;
    private boolean rotating = true;
    private InitialGrant initialGrant = InitialGrant.NONE;
    private @Nullable ProofKey key;
    private int granted;

    @Override
    public Uni<SuccessfulResponse> refresh(RefreshToken presented) {
        return request(presented);
    }

    @Override
    public Uni<SuccessfulResponse> requestInitialGrant() {
        return request(null);
    }

    private Uni<SuccessfulResponse> request(@Nullable RefreshToken refreshToken) {
        return Uni.createFrom()
                .<SuccessfulResponse>emitter(emitter -> receive(refreshToken, emitter))
                .onTermination()
                .invoke((item, failure, isCancelled) -> {
                    running.decrementAndGet();
                    if (isCancelled) {
                        cancelled.incrementAndGet();
                    }
                });
    }

    @Override
    public synchronized InitialGrant initialGrant() {
        return initialGrant;
    }

    /** Sets the grant of a client without a refresh token from now on. */
    public synchronized void initialGrant(InitialGrant next) {
        initialGrant = next;
    }

    /** Binds tokens to this key from now on, as if each request had a proof; null for bearer tokens. */
    public synchronized void bindTo(@Nullable ProofKey next) {
        key = next;
    }

    @Override
    public synchronized @Nullable ProofKey restore(BoundKey stored) {
        return key != null && key.bound().isSameKey(stored) ? key : null;
    }

    private void receive(@Nullable RefreshToken refreshToken, UniEmitter<? super SuccessfulResponse> emitter) {
        maxInFlight.accumulateAndGet(running.incrementAndGet(), Math::max);
        RefreshFailure failure;
        boolean response;
        synchronized (this) {
            presented.add(refreshToken == null ? "" : refreshToken.value().reveal());
            failure = standingFailure;
            response = immediately;
            if (failure == null && !response) {
                held.add(emitter);
            }
        }
        if (failure != null) {
            emitter.fail(failure);
        } else if (response) {
            emitter.complete(nextResponse());
        }
    }

    /** Responds to every request immediately from now on. */
    public synchronized void respondImmediately() {
        immediately = true;
        standingFailure = null;
    }

    /** Holds every request from now on. */
    public synchronized void holdRequests() {
        immediately = false;
        standingFailure = null;
    }

    /** Fails every request from now on. */
    public synchronized void failAlways(RefreshFailure failure) {
        standingFailure = failure;
    }

    /** Sets the lifetime of access tokens from now on; null for a response without {@code expires_in}. */
    public synchronized void accessTokenLifetime(@Nullable Duration next) {
        accessTokenLifetime = next;
    }

    public synchronized void refreshTokenLifetime(@Nullable Duration next) {
        refreshTokenLifetime = next;
    }

    public synchronized void rotate(boolean on) {
        rotating = on;
    }

    /** Returns whether a request is in flight. */
    public synchronized boolean isRequestInFlight() {
        return running.get() > 0;
    }

    /** Grants the oldest held request. */
    public void grant() {
        next().complete(nextResponse());
    }

    /** Replies to the oldest held request. */
    public void reply(SuccessfulResponse reply) {
        next().complete(reply);
    }

    /** Fails the oldest held request. */
    public void fail(Throwable failure) {
        next().fail(failure);
    }

    private synchronized UniEmitter<? super SuccessfulResponse> next() {
        UniEmitter<? super SuccessfulResponse> emitter = held.poll();
        if (emitter == null) {
            throw new AssertionError("no request is held");
        }
        return emitter;
    }

    /** Returns the next successful response: {@code access-N} and {@code refresh-N}. */
    public synchronized TokenResponse nextResponse() {
        granted++;
        return new TokenResponse(
                Secret.of("access-" + granted),
                key == null ? "Bearer" : AccessToken.DPOP,
                null,
                accessTokenLifetime,
                null,
                rotating ? Secret.of("refresh-" + granted) : null,
                refreshTokenLifetime,
                TokenFields.NONE,
                key);
    }

    /** Returns the number of requests so far. */
    public synchronized int posts() {
        return presented.size();
    }

    /** Returns the refresh tokens presented so far; an empty string for a request without one. */
    public synchronized List<String> presented() {
        return List.copyOf(presented);
    }

    /** Returns the largest number of requests that ran at the same time. */
    public int maxInFlight() {
        return maxInFlight.get();
    }

    /** Returns the number of requests that the client cancelled. */
    public int cancelled() {
        return cancelled.get();
    }
}
