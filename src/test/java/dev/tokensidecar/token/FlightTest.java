package dev.tokensidecar.token;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The queue of one flight. */
class FlightTest {

    private final Flight flight = new Flight(RefreshReason.EXPIRED, new Moment(0, 0), RefreshObserver.NONE);
    private final List<RefreshFailure> told = new ArrayList<>();

    private final class Caller implements FlightCallback {

        private boolean gone;

        Caller() {
            flight.join(this);
        }

        void leave() {
            gone = true;
            flight.callbackDone();
        }

        @Override
        public void succeed(AccessToken token) {
            throw new AssertionError("nobody has a token");
        }

        @Override
        public void fail(Throwable failure) {
            told.add((RefreshFailure) failure);
        }

        @Override
        public boolean isDone() {
            return gone;
        }
    }

    private List<Caller> callers(int number) {
        return IntStream.range(0, number).mapToObj(caller -> new Caller()).toList();
    }

    @Test
    void thoseWhoAskInVainDoNotFillTheQueue() {
        List<Caller> staying = callers(10);

        callers(100_000).forEach(Caller::leave);

        assertThat(flight.queued()).isLessThan(2_000);
        flight.fail(RefreshFailure.Unavailable.shuttingDown());
        assertThat(told.size()).isBetween(staying.size(), 2_000);
    }

    @Test
    void aFewWhoLeaveAmongManyStayInTheQueue() {
        List<Caller> all = callers(10_000);

        all.subList(0, 4_000).forEach(Caller::leave);
        assertThat(flight.queued()).isEqualTo(10_000);

        all.subList(4_000, 6_000).forEach(Caller::leave);
        assertThat(flight.queued()).isEqualTo(5_000);
    }
}
