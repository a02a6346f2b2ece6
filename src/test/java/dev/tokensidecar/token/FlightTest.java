package dev.tokensidecar.token;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The callback queue of one flight. */
class FlightTest {

    private final Flight flight = new Flight(RefreshReason.EXPIRED, new Moment(0, 0), RefreshObserver.NONE);
    private final List<RefreshFailure> failures = new ArrayList<>();

    private final class Caller implements FlightCallback {

        private boolean done;

        Caller() {
            flight.join(this);
        }

        void disconnect() {
            done = true;
            flight.callbackDone();
        }

        @Override
        public void succeed(AccessToken token) {
            throw new AssertionError("nobody has a token");
        }

        @Override
        public void fail(Throwable failure) {
            failures.add((RefreshFailure) failure);
        }

        @Override
        public boolean isDone() {
            return done;
        }
    }

    private List<Caller> callers(int number) {
        return IntStream.range(0, number).mapToObj(caller -> new Caller()).toList();
    }

    @Test
    void disconnectedCallersDoNotFillTheQueue() {
        List<Caller> waiting = callers(10);

        callers(100_000).forEach(Caller::disconnect);

        assertThat(flight.queued()).isLessThan(2_000);
        flight.fail(RefreshFailure.Unavailable.shuttingDown());
        assertThat(failures.size()).isBetween(waiting.size(), 2_000);
    }

    @Test
    void aQueueIsCompactedOnlyWhenManyHaveDisconnected() {
        List<Caller> all = callers(10_000);

        all.subList(0, 4_000).forEach(Caller::disconnect);
        assertThat(flight.queued()).isEqualTo(10_000);

        all.subList(4_000, 6_000).forEach(Caller::disconnect);
        assertThat(flight.queued()).isEqualTo(5_000);
    }
}
