package dev.tokensidecar.fuzz;

import dev.tokensidecar.api.FrontDoorFuzz;
import dev.tokensidecar.api.ParametersFuzz;
import dev.tokensidecar.api.ReportFuzz;
import dev.tokensidecar.egress.Http1CodecFuzz;
import dev.tokensidecar.forward.RequestTargetFuzz;
import dev.tokensidecar.ingress.ChallengeFuzz;
import dev.tokensidecar.oauth2.TokenResponseFuzz;
import dev.tokensidecar.oauth2.http.RedactorFuzz;
import dev.tokensidecar.store.StoredFilesFuzz;
import dev.tokensidecar.store.StoredTokenFuzz;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * A fuzz target.
 *
 * @param type the class
 * @param method the method that the fuzzer calls
 */
record Target(Class<?> type, Consumer<byte[]> method) {

    private static final List<Target> ALL = List.of(
            new Target(TokenResponseFuzz.class, TokenResponseFuzz::fuzzerTestOneInput),
            new Target(RedactorFuzz.class, RedactorFuzz::fuzzerTestOneInput),
            new Target(StoredTokenFuzz.class, StoredTokenFuzz::fuzzerTestOneInput),
            new Target(StoredFilesFuzz.class, StoredFilesFuzz::fuzzerTestOneInput),
            new Target(ParametersFuzz.class, ParametersFuzz::fuzzerTestOneInput),
            new Target(ReportFuzz.class, ReportFuzz::fuzzerTestOneInput),
            new Target(FrontDoorFuzz.class, FrontDoorFuzz::fuzzerTestOneInput),
            new Target(ChallengeFuzz.class, ChallengeFuzz::fuzzerTestOneInput),
            new Target(Http1CodecFuzz.class, Http1CodecFuzz::fuzzerTestOneInput),
            new Target(RequestTargetFuzz.class, RequestTargetFuzz::fuzzerTestOneInput));

    static List<Target> all() {
        return ALL;
    }

    String name() {
        return type.getSimpleName();
    }

    /** Returns the directory of the stored inputs. */
    Path corpus() {
        return Path.of("src", "test", "resources", "fuzz", name());
    }

    List<Path> inputs() throws IOException {
        try (Stream<Path> files = Files.list(corpus())) {
            return files.sorted().toList();
        }
    }

    @Override
    public String toString() {
        return name();
    }
}
