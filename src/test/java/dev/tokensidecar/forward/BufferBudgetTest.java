package dev.tokensidecar.forward;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BufferBudgetTest {

    private final BufferBudget budget = new BufferBudget(100);
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

        assertThat(third.reserveStalled(50)).isTrue();

        assertThat(aborted).containsExactly("second");
    }

    @Test
    void bytesForASecondAttemptAreNotReclaimed() {
        BufferBudget.Share keeping = share("keeping");
        assertThat(keeping.reserve(60)).isTrue();

        assertThat(share("stalled").reserveStalled(50)).isFalse();
        assertThat(aborted).isEmpty();
    }
}
