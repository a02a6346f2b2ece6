package dev.tokensidecar.introspection;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tokensidecar.token.Secret;
import dev.tokensidecar.token.TimeSource;
import dev.tokensidecar.token.TokenException;
import dev.tokensidecar.token.TokenHash;
import io.smallrye.mutiny.Uni;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jose4j.jwk.JsonWebKey;
import org.jspecify.annotations.Nullable;

/**
 * Checks tokens: finds the issuer that a token names, and applies that issuer's rules and keys, and no others. A signature is
 * verified on a thread of its own, because it may take milliseconds.
 */
public final class IntrospectionService {

    /** One search may join a fetch that began before the key was published, so there is a second one. */
    private static final int MAX_SEARCHES = 2;

    /** How many signatures may wait for their check; as many tokens may wait for keys. */
    public static final int MAX_QUEUED = 1000;

    /**
     * An issuer, and how its tokens are checked.
     *
     * @param keys the keys of its JWTs; null if its server is asked about each of its tokens
     * @param server the server that knows its opaque tokens; null if it issues none
     */
    public record CheckedIssuer(
            TrustedIssuer rules,
            @Nullable IssuerKeys keys,
            @Nullable OpaqueTokens server) {}

    private final Map<String, CheckedIssuer> issuers = new HashMap<>();
    private final @Nullable CheckedIssuer opaque;
    private final VerifiedTokens verified = new VerifiedTokens();
    private final TimeSource time;
    private final Executor checks;
    private final IntrospectionListener listener;
    private final AtomicInteger waiting = new AtomicInteger();

    /**
     * Fetches nothing before {@link #start}.
     *
     * @param issuers at most one of them has opaque tokens: these do not say whose they are
     * @param checks verifies signatures; rejects what is too much
     */
    public IntrospectionService(
            List<CheckedIssuer> issuers, TimeSource time, Executor checks, IntrospectionListener listener) {
        issuers.forEach(issuer -> this.issuers.put(issuer.rules().issuer(), issuer));
        this.opaque = issuers.stream()
                .filter(issuer -> issuer.server() != null)
                .findFirst()
                .orElse(null);
        this.time = time;
        this.checks = checks;
        this.listener = listener;
    }

    /** Whether an issuer is configured. */
    public boolean isConfigured() {
        return !issuers.isEmpty();
    }

    /**
     * Returns the keys of each issuer whose JWTs are checked.
     *
     * @return the keys by the configured name of the issuer, in alphabetical order
     */
    public SortedMap<String, IssuerKeys> keys() {
        SortedMap<String, IssuerKeys> keys = new TreeMap<>();
        issuers.values().forEach(issuer -> {
            if (issuer.keys() != null) {
                keys.put(issuer.rules().name(), issuer.keys());
            }
        });
        return keys;
    }

    /** Fetches the keys of all issuers, so that no caller has to wait for them. */
    public void start() {
        issuers.values().forEach(issuer -> {
            if (issuer.keys() != null) {
                issuer.keys().start();
            }
        });
    }

    /**
     * Checks a token.
     *
     * @return what it is; fails with a {@link TokenException} if that cannot be found out now
     */
    public Uni<Introspection> introspect(Secret token) {
        return Uni.createFrom()
                .deferred(() -> SignedToken.isCompact(token) ? remembered(token, TokenHash.of(token)) : opaque(token));
    }

    private Uni<Introspection> remembered(Secret token, TokenHash hash) {
        VerifiedTokens.Verified known = verified.find(hash);
        if (known == null
                || known.issuer().keys() == null
                || known.issuer().keys().known() != known.keys()) {
            return check(token, hash);
        }
        return judged(known.issuer(), known.claims(), false);
    }

    private Uni<Introspection> check(Secret token, TokenHash hash) {
        return Uni.createFrom()
                .deferred(() -> {
                    SignedToken signed = SignedToken.parse(token);
                    return signed == null ? opaque(token) : signed(token, hash, signed);
                })
                .runSubscriptionOn(checks)
                .onFailure(RejectedExecutionException.class)
                .invoke(() -> listener.unavailable(null))
                .onFailure(RejectedExecutionException.class)
                .transform(full -> new TokenException.TooManyWaiters(MAX_QUEUED));
    }

    /**
     * Waits for keys, and continues on a thread for checks: the keys come on a thread that serves all connections. Both queues
     * are bounded.
     */
    private Uni<Introspection> later(Uni<KeySet> keys, Function<KeySet, Uni<Introspection>> next) {
        return Uni.createFrom().deferred(() -> {
            if (waiting.incrementAndGet() > MAX_QUEUED) {
                waiting.decrementAndGet();
                return Uni.createFrom().failure(new TokenException.TooManyWaiters(MAX_QUEUED));
            }
            return keys.onTermination()
                    .invoke(waiting::decrementAndGet)
                    .flatMap(known -> Uni.createFrom()
                            .deferred(() -> next.apply(known))
                            .runSubscriptionOn(checks)
                            .onFailure(RejectedExecutionException.class)
                            .transform(full -> new TokenException.TooManyWaiters(MAX_QUEUED)));
        });
    }

    private Uni<Introspection> signed(Secret token, TokenHash hash, SignedToken signed) {
        ObjectNode claims = signed.claims();
        if (claims == null) {
            return inactive(null, InactiveReason.MALFORMED);
        }
        String named = signed.issuer();
        CheckedIssuer issuer = named == null ? null : issuers.get(named);
        if (issuer == null) {
            return inactive(null, InactiveReason.UNKNOWN_ISSUER);
        }
        if (issuer.keys() == null) {
            return ask(issuer, token);
        }
        InactiveReason problem = signed.problem(issuer.rules());
        return problem == null
                ? new Verification(issuer, issuer.keys(), token, hash, signed, claims).run()
                : inactive(issuer, problem);
    }

    /** The check of one signature, with another look at the keys if none of them has made it. */
    private final class Verification {

        private final CheckedIssuer issuer;
        private final IssuerKeys keys;
        private final Secret token;
        private final TokenHash hash;
        private final SignedToken signed;
        private final ObjectNode claims;

        Verification(
                CheckedIssuer issuer,
                IssuerKeys keys,
                Secret token,
                TokenHash hash,
                SignedToken signed,
                ObjectNode claims) {
            this.issuer = issuer;
            this.keys = keys;
            this.token = token;
            this.hash = hash;
            this.signed = signed;
            this.claims = claims;
        }

        Uni<Introspection> run() {
            KeySet current = keys.known();
            Uni<Introspection> result =
                    current == null ? later(keys.fetch(), fetched -> with(fetched, 0)) : with(current, 0);
            return result.onFailure(TokenException.class)
                    .invoke(() -> listener.unavailable(issuer.rules().name()));
        }

        private Uni<Introspection> with(KeySet known, int searches) {
            List<JsonWebKey> candidates = known.candidates(signed.keyId(), signed.algorithm());
            if (signed.isSignedBy(candidates, issuer.rules().algorithms())) {
                verified.add(hash, issuer, known, claims, token.reveal().length());
                return judged(issuer, claims, false);
            }
            if (signed.keyId() != null && !candidates.isEmpty()) {
                return inactive(issuer, InactiveReason.SIGNATURE);
            }
            InactiveReason reason = candidates.isEmpty() ? InactiveReason.UNKNOWN_KEY : InactiveReason.SIGNATURE;
            return searches == MAX_SEARCHES
                    ? inactive(issuer, reason)
                    : later(
                            keys.newerThan(known),
                            newer -> newer == known ? inactive(issuer, reason) : with(newer, searches + 1));
        }
    }

    private Uni<Introspection> opaque(Secret token) {
        return opaque == null || !SignedToken.mayBeOpaque(token)
                ? inactive(null, InactiveReason.MALFORMED)
                : ask(opaque, token);
    }

    private Uni<Introspection> ask(CheckedIssuer issuer, Secret token) {
        OpaqueTokens server = issuer.server();
        if (server == null) {
            return inactive(issuer, InactiveReason.MALFORMED);
        }
        return server.ask(token)
                .flatMap(answer -> answered(issuer, answer))
                .onFailure(IntrospectionServer::isRejection)
                .recoverWithUni(() -> inactive(issuer, InactiveReason.SERVER))
                .onFailure(TokenException.class)
                .invoke(() -> listener.unavailable(issuer.rules().name()));
    }

    /** A server that says which issuer the token has says the one that is configured. */
    private Uni<Introspection> answered(CheckedIssuer issuer, ObjectNode answer) {
        if (!answer.path("active").asBoolean(false)) {
            return inactive(issuer, InactiveReason.SERVER);
        }
        return answer.has("iss")
                        && !issuer.rules().issuer().equals(answer.path("iss").textValue())
                ? inactive(issuer, InactiveReason.UNKNOWN_ISSUER)
                : judged(issuer, answer, true);
    }

    private Uni<Introspection> judged(CheckedIssuer issuer, ObjectNode claims, boolean endless) {
        InactiveReason problem =
                ClaimRules.problem(issuer.rules(), claims, time.now().instant(), endless);
        if (problem != null) {
            return inactive(issuer, problem);
        }
        listener.active(issuer.rules().name());
        return Uni.createFrom().item(new Introspection.Active(ResponseClaims.of(claims)));
    }

    private Uni<Introspection> inactive(@Nullable CheckedIssuer issuer, InactiveReason reason) {
        String name = issuer == null ? null : issuer.rules().name();
        listener.inactive(name, reason);
        return Uni.createFrom().item(new Introspection.Inactive(name, reason));
    }
}
