package dev.tokensidecar.oauth2;

import dev.tokensidecar.oauth2.keys.ProofAlgorithm;
import dev.tokensidecar.token.ProofKey;
import dev.tokensidecar.token.Secret;
import java.security.SecureRandom;
import java.time.InstantSource;
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

/** Measures one DPoP proof for a request to an API. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class ProofBench {

    private static final Secret TOKEN = Secret.of("t".repeat(1200));

    @Param({"ES256", "EdDSA"})
    public String algorithm = "ES256";

    private ProofKey key = makeKey(ProofAlgorithm.ES256);

    @Setup
    public void makeKey() {
        key = makeKey(ProofAlgorithm.valueOf(algorithm));
    }

    private static ProofKey makeKey(ProofAlgorithm algorithm) {
        return DpopKeys.generated(algorithm, InstantSource.system(), new SecureRandom())
                .forRequest(null);
    }

    @Benchmark
    public Secret proof() {
        return key.prove("GET", "https://orders.example.com/v1/items?page=2", "nonce", TOKEN);
    }
}
