package dev.tokensidecar.introspection;

import dev.tokensidecar.testing.time.VirtualTime;
import dev.tokensidecar.token.RefreshFailure;
import dev.tokensidecar.token.Secret;
import dev.tokensidecar.token.TokenRuntime;
import io.smallrye.mutiny.helpers.test.UniAssertSubscriber;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Two issuers, {@code shop} and {@code partner}, with virtual time. */
final class IntrospectionScene {

    static final String SHOP = "https://login.example.com/realms/shop";
    static final String PARTNER = "https://partner.example.net";
    static final Set<String> ALGORITHMS =
            Set.of("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA");

    final VirtualTime time = new VirtualTime();
    final TokenRuntime runtime = new TokenRuntime(time, new Random(1), time, Runnable::run);
    final FakeKeySource shopKeys = new FakeKeySource();
    final FakeKeySource partnerKeys = new FakeKeySource();
    final List<String> heard = new ArrayList<>();
    final KeyPolicy policy = KeyPolicy.of(Duration.ofMinutes(5), Duration.ofHours(24));

    final IntrospectionListener listener = new IntrospectionListener() {
        @Override
        public void active(String issuer) {
            heard.add(issuer + " active");
        }

        @Override
        public void inactive(@Nullable String issuer, InactiveReason reason) {
            heard.add(issuer + " " + reason.label());
        }

        @Override
        public void unavailable(@Nullable String issuer) {
            heard.add(issuer + " unavailable");
        }

        @Override
        public void keysFetched(String issuer, FetchCause cause, int usable, @Nullable RefreshFailure failure) {
            heard.add(issuer + " " + cause + " " + usable + (failure == null ? "" : " " + failure.error()));
        }
    };

    static TrustedIssuer rules(String name, String issuer) {
        return new TrustedIssuer(
                name, issuer, Set.of("orders"), ALGORITHMS, Duration.ofSeconds(30), Set.of(), Map.of(), null);
    }

    IssuerKeys keys(String name, KeySetSource source) {
        return new IssuerKeys(name, source, policy, runtime, listener);
    }

    /** Makes a service for both issuers, with these rules for {@code shop}, and fetches the keys. */
    IntrospectionService started(TrustedIssuer shop) {
        IntrospectionService service = new IntrospectionService(
                List.of(
                        new IntrospectionService.CheckedIssuer(shop, keys("shop", shopKeys), null),
                        new IntrospectionService.CheckedIssuer(
                                rules("partner", PARTNER), keys("partner", partnerKeys), null)),
                time,
                Runnable::run,
                listener);
        service.start();
        return service;
    }

    /** The claims of a token that nothing is wrong with. */
    JsonObject claims() {
        long now = now();
        return new JsonObject()
                .put("iss", SHOP)
                .put("sub", "anna")
                .put("aud", "orders")
                .put("iat", now)
                .put("exp", now + 300);
    }

    /** Returns the time in seconds. */
    long now() {
        return time.epochMillis() / 1000;
    }

    /** Returns {@code active} or the reason; fails if nothing is known yet. */
    static String verdict(IntrospectionService service, String token) {
        UniAssertSubscriber<Introspection> result = ask(service, token);
        return switch (Objects.requireNonNull(result.awaitItem().getItem())) {
            case Introspection.Active active -> "active";
            case Introspection.Inactive inactive -> inactive.reason().label();
        };
    }

    static UniAssertSubscriber<Introspection> ask(IntrospectionService service, String token) {
        return service.introspect(Secret.of(token)).subscribe().withSubscriber(UniAssertSubscriber.create());
    }
}
