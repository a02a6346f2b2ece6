package dev.tokensidecar.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.token.RecordConflict;
import dev.tokensidecar.token.StoreFailure;
import dev.tokensidecar.token.StoreListener;
import dev.tokensidecar.token.StoreListener.Verb;
import dev.tokensidecar.token.StoreProblem;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.helpers.test.UniAssertSubscriber;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What the metrics hear of calls to the API server. */
class CallResultsTest {

    private final List<String> calls = new ArrayList<>();
    private final CallResults results = new CallResults(new StoreListener() {
        @Override
        public void called(Verb verb, Result result) {
            calls.add(verb.label() + " " + result.label());
        }
    });

    private <T> UniAssertSubscriber<T> subscribe(Uni<T> call) {
        return call.subscribe().withSubscriber(UniAssertSubscriber.create());
    }

    static Stream<Arguments> failures() {
        return Stream.of(
                Arguments.of(new RecordConflict(), "conflict"),
                Arguments.of(new StaleVersion(), "outdated"),
                Arguments.of(new StoreFailure(StoreProblem.FORBIDDEN, "403"), "forbidden"),
                Arguments.of(new StoreFailure(StoreProblem.MISSING, "404"), "missing"),
                Arguments.of(new StoreFailure(StoreProblem.THROTTLED, "429"), "throttled"),
                Arguments.of(new StoreFailure(StoreProblem.UNREACHABLE, "503"), "unreachable"),
                Arguments.of(new StoreFailure(StoreProblem.SLOW, "timeout"), "slow"),
                Arguments.of(new StoreFailure(StoreProblem.UNWRITABLE, "422"), "rejected"));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void aFailureIsReportedByItsKind(RuntimeException failure, String result) {
        subscribe(results.of(Verb.PATCH, Uni.createFrom().failure(failure))).assertFailedWith(failure.getClass());
        subscribe(results.ofWatch(Uni.createFrom().failure(failure))).assertFailedWith(failure.getClass());

        assertThat(calls).containsExactly("patch " + result, "watch " + result);
    }

    @Test
    void aSuccessIsReported() {
        subscribe(results.of(Verb.GET, Uni.createFrom().item("record"))).assertItem("record");
        subscribe(results.ofWatch(Uni.createFrom().voidItem())).assertCompleted();

        assertThat(calls).containsExactly("get ok", "watch ok");
    }

    /** {@code store.timeout} is shorter than the timeout of a call. */
    @Test
    void aCallThatTheCallerGivesUpWasSlow() {
        subscribe(results.of(Verb.GET, Uni.createFrom().nothing())).cancel();

        assertThat(calls).containsExactly("get slow");
    }

    @Test
    void aWatchThatThisProcessEndsIsNotReported() {
        subscribe(results.ofWatch(Uni.createFrom().nothing())).cancel();

        assertThat(calls).isEmpty();
    }
}
