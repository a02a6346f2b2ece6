package dev.tokensidecar.forward;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class BufferBudgetTest {

    private static final long SECOND = 1_000_000_000;

    private final AtomicLong nanos = new AtomicLong();
    private final BufferBudget budget = new BufferBudget(100, nanos::get);
    private final List<String> aborted = new ArrayList<>();

    private BufferBudget.Share share(String name) {
        BufferBudget.Share[] share = new BufferBudget.Share[1];
        share[0] = budget.share(() -> {
            aborted.add(name);
            share[0].close();
        });
        return share[0];
    }

    @Test
    void sharesTogetherCannotExceedTheBudget() {
        BufferBudget.Share one = share("one");
        BufferBudget.Share other = share("other");

        assertThat(one.reserve(60)).isTrue();
        assertThat(other.reserve(41)).isFalse();
        assertThat(other.reserve(40)).isTrue();
        one.release(10);
        assertThat(other.reserve(10)).isTrue();
        assertThat(other.reserve(1)).isFalse();
    }

    @Test
    void bytesReleasedTwiceCountOnce() {
        BufferBudget.Share one = share("one");

        assertThat(one.reserve(100)).isTrue();
        one.release(100);
        one.release(100);
        one.close();
        one.close();
        assertThat(share("other").reserve(101)).isFalse();
    }

    @Test
    void aClosedShareCannotReserve() {
        BufferBudget.Share one = share("one");
        one.close();

        assertThat(one.reserve(1)).isFalse();
        assertThat(share("other").reserve(100)).isTrue();
    }

    @Test
    void theRequestStalledForLongestIsAborted() {
        BufferBudget.Share first = share("first");
        BufferBudget.Share second = share("second");
        BufferBudget.Share third = share("third");
        assertThat(first.reserveStalled(50)).isTrue();
        assertThat(second.reserveStalled(50)).isTrue();
        first.releaseStalled(50);
        assertThat(first.reserveStalled(50)).isTrue();
        nanos.addAndGet(SECOND);

        assertThat(third.reserveStalled(50)).isTrue();

        assertThat(aborted).containsExactly("second");
    }

    @Test
    void bytesForASecondAttemptAreNotReclaimed() {
        BufferBudget.Share keeping = share("keeping");
        assertThat(keeping.reserve(60)).isTrue();

        assertThat(share("stalled").reserveStalled(141)).isFalse();
        assertThat(aborted).isEmpty();
    }

    /** A caller that reads lets its responses wait for a moment all the time. */
    @Test
    void aRequestStalledForAMomentIsNotAborted() {
        BufferBudget.Share first = share("first");
        assertThat(first.reserveStalled(100)).isTrue();
        nanos.addAndGet(SECOND - 1);

        assertThat(share("second").reserveStalled(100)).as("as much again").isTrue();
        assertThat(share("third").reserveStalled(1)).isFalse();
        assertThat(share("third").reserve(0)).as("a request that needs nothing").isTrue();
        assertThat(aborted).isEmpty();
        nanos.addAndGet(1);
        assertThat(share("fourth").reserveStalled(1)).isTrue();
        assertThat(aborted).containsExactly("first");
    }
}
