package dev.tokensidecar.exchange;

import dev.tokensidecar.token.RefreshFailure;
import dev.tokensidecar.token.Secret;
import dev.tokensidecar.token.TokenResponse;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** An authorization server that exchanges tokens when the test says so, or immediately. The token of {@code x} is {@code for-x-N}. */
final class FakeExchangeServer implements ExchangeServer {

    private record Held(ExchangeRequest request, UniEmitter<? super Exchanged> emitter) {}

    private final List<Held> held = new ArrayList<>();
    private final List<ExchangeRequest> requests = new ArrayList<>();
    private boolean immediately;
    private Duration lifetime = Duration.ofSeconds(300);
    private @Nullable Duration subjectLifetime;
    private @Nullable String scope;
    private boolean sameToken;
    private int maxHeld;

    @Override
    public Uni<Exchanged> exchange(ExchangeRequest request) {
        return Uni.createFrom().emitter(emitter -> {
            Exchanged now = null;
            synchronized (this) {
                requests.add(request);
                if (immediately) {
                    now = response(request);
                } else {
                    held.add(new Held(request, emitter));
                    maxHeld = Math.max(maxHeld, held.size());
                }
            }
            if (now != null) {
                emitter.complete(now);
            }
        });
    }

    /** Returns a token of that many characters. */
    static TokenResponse token(Random random, int length) {
        byte[] value = new byte[length / 2];
        random.nextBytes(value);
        return new TokenResponse(
                Secret.of(HexFormat.of().formatHex(value)), "Bearer", null, Duration.ofMinutes(5), null, null);
    }

    private synchronized Exchanged response(ExchangeRequest request) {
        String token = sameToken ? "for-all" : "for-" + request.subject().reveal() + "-" + requests.size();
        return new Exchanged(
                new TokenResponse(Secret.of(token), "Bearer", scope, lifetime, null, null), subjectLifetime);
    }

    synchronized void respondImmediately() {
        immediately = true;
    }

    synchronized void lifetimes(Duration ofToken, @Nullable Duration ofSubject) {
        lifetime = ofToken;
        subjectLifetime = ofSubject;
    }

    synchronized void scope(String granted) {
        scope = granted;
    }

    /** From now on the server keeps one token, whoever asks. */
    synchronized void sameTokenForAll() {
        sameToken = true;
    }

    /** Grants the oldest request. */
    void grant() {
        Held next = next();
        next.emitter.complete(response(next.request));
    }

    /** Fails the oldest request. */
    void fail(RefreshFailure failure) {
        next().emitter.fail(failure);
    }

    /** Fails the newest request. */
    void failNewest(RefreshFailure failure) {
        Held newest;
        synchronized (this) {
            newest = held.removeLast();
        }
        newest.emitter.fail(failure);
    }

    private synchronized Held next() {
        return held.removeFirst();
    }

    /** Returns the subjects of all requests so far. */
    synchronized List<String> subjects() {
        return requests.stream().map(request -> request.subject().reveal()).toList();
    }

    /** Returns all requests so far. */
    synchronized List<ExchangeRequest> requests() {
        return List.copyOf(requests);
    }

    synchronized int held() {
        return held.size();
    }

    /** Returns how many requests ran at the same time at most. */
    synchronized int maxHeld() {
        return maxHeld;
    }
}
