package dev.tokensidecar.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.testing.log.LogCapture;
import dev.tokensidecar.token.RefreshFailure;
import io.smallrye.mutiny.TimeoutException;
import io.vertx.core.http.HttpClosedException;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LateFailuresTest {

    private static List<String> logged(Throwable failure) {
        try (LogCapture capture = LogCapture.of("dev.tokensidecar")) {
            LateFailures.log(failure);
            return capture.lines();
        }
    }

    static List<Throwable> expected() {
        return List.of(
                new RefreshFailure.InvalidGrant("invalid_grant", "text of the server"),
                new IOException("Connection reset by peer"),
                new HttpClosedException("Connection was closed"),
                new TimeoutException(),
                new CancellationException());
    }

    @ParameterizedTest
    @MethodSource("expected")
    void failuresOfWhatWasGivenUpAreNoErrors(Throwable failure) {
        assertThat(logged(failure)).isEmpty();
    }

    /** The text of an exception may quote anything. */
    @Test
    void aDefectIsAnErrorWithoutItsText() {
        assertThat(logged(new IllegalStateException("s3cret")))
                .singleElement()
                .asString()
                .startsWith("dev.tokensidecar.ingress.Defects unexpected failure"
                        + " type=java.lang.IllegalStateException at=dev.tokensidecar.app.LateFailuresTest.")
                .doesNotContain("s3cret");
    }
}
