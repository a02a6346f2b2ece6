package dev.tokensidecar.introspection;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tokensidecar.app.SystemTime;
import dev.tokensidecar.telemetry.IntrospectionMetrics;
import dev.tokensidecar.testing.time.VirtualTime;
import dev.tokensidecar.token.Secret;
import dev.tokensidecar.token.TokenRuntime;
import io.micrometer.prometheus.PrometheusConfig;
import io.micrometer.prometheus.PrometheusMeterRegistry;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Measures the check of a JWT, and as its limit the check of the signature alone, by the JDK. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class SignatureCheckBench {

    private static final String ISSUER = "https://login.example.com";

    @Param({"RS256", "ES256"})
    public String algorithm = "RS256";

    private IntrospectionService service =
            new IntrospectionService(List.of(), new SystemTime(), Runnable::run, new IntrospectionListener() {});

    private TrustedIssuer rules = IntrospectionScene.rules("shop", ISSUER);
    private KeySet keys = Objects.requireNonNull(KeySet.parse("{\"keys\":[]}"));
    private Secret token = Secret.of("x");
    private byte[] signed = {};
    private byte[] signature = {};
    private TestKey key = TestKey.rsa("key");

    @Setup
    public void prepare() {
        key = TestKey.of("key", algorithm);
        String jwt = key.sign(new JsonObject()
                .put("iss", ISSUER)
                .put("sub", "8f3ad2b8-8e54-4d3c-bb43-9a1a8c0b6a4e")
                .put("aud", "orders")
                .put("scope", "read write")
                .put("preferred_username", "anna@example.com")
                .put("exp", 4_000_000_000L)
                .put("iat", 1_700_000_000L));
        token = Secret.of(jwt);
        int end = jwt.lastIndexOf('.');
        signed = jwt.substring(0, end).getBytes(StandardCharsets.US_ASCII);
        signature = Base64.getUrlDecoder().decode(jwt.substring(end + 1));
        SystemTime time = new SystemTime();
        keys = Objects.requireNonNull(KeySet.parse(TestKey.set(key)));
        IssuerKeys published = new IssuerKeys(
                "shop",
                () -> Uni.createFrom().item(() -> TestKey.set(key)),
                KeyPolicy.of(Duration.ofHours(1), Duration.ofHours(24)),
                new TokenRuntime(time, new Random(1), new VirtualTime(), Runnable::run),
                new IntrospectionListener() {});
        rules = new TrustedIssuer(
                "shop",
                ISSUER,
                Set.of("orders"),
                Set.of(algorithm),
                Duration.ofSeconds(30),
                Set.of("read"),
                Map.of(),
                null);
        service = new IntrospectionService(
                List.of(new IntrospectionService.CheckedIssuer(rules, published, null)),
                time,
                Runnable::run,
                new IntrospectionMetrics(new PrometheusMeterRegistry(PrometheusConfig.DEFAULT), List.of("shop")));
        service.start();
    }

    /** A token that has come before: everything between the form and the response. */
    @Benchmark
    public String remembered() {
        Introspection result = service.introspect(token).await().indefinitely();
        if (result instanceof Introspection.Active active) {
            return active.response().toString();
        }
        throw new IllegalStateException(result.toString());
    }

    /** The same for a token that comes for the first time. */
    @Benchmark
    public String anew() {
        SignedToken jwt = Objects.requireNonNull(SignedToken.parse(token));
        ObjectNode claims = Objects.requireNonNull(jwt.claims());
        boolean verified = jwt.problem(rules) == null
                && jwt.isSignedBy(keys.candidates(jwt.keyId(), jwt.algorithm()), rules.algorithms())
                && ClaimRules.problem(rules, claims, new SystemTime().now().instant(), false) == null;
        if (verified) {
            return ResponseClaims.of(claims).toString();
        }
        throw new IllegalStateException("the token is not active");
    }

    /** The limit: what nobody can leave out. */
    @Benchmark
    public boolean signatureAlone() throws GeneralSecurityException {
        Signature check =
                Signature.getInstance(algorithm.equals("RS256") ? "SHA256withRSA" : "SHA256withECDSAinP1363Format");
        check.initVerify(key.pair().getPublic());
        check.update(signed);
        return check.verify(signature);
    }
}
