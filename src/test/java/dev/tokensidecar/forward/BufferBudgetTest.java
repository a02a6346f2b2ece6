package dev.tokensidecar.forward;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BufferBudgetTest {

    private final BufferBudget budget = new BufferBudget(100);
    private final List<String> brokenOff = new ArrayList<>();

    private BufferBudget.Share share(String name) {
        BufferBudget.Share[] share = new BufferBudget.Share[1];
        share[0] = budget.share(() -> {
            brokenOff.add(name);
            share[0].close();
        });
        return share[0];
    }

    @Test
    void allTogetherGetNoMoreThanThereIs() {
        BufferBudget.Share one = share("one");
        BufferBudget.Share other = share("other");

        assertThat(one.take(60)).isTrue();
        assertThat(other.take(41)).isFalse();
        assertThat(other.take(40)).isTrue();
        one.giveBack(10);
        assertThat(other.take(10)).isTrue();
        assertThat(other.take(1)).isFalse();
    }

    @Test
    void whatIsGivenBackTwiceIsNotThereTwice() {
        BufferBudget.Share one = share("one");

        assertThat(one.take(100)).isTrue();
        one.giveBack(100);
        one.giveBack(100);
        one.close();
        one.close();
        assertThat(share("other").take(101)).isFalse();
    }

    @Test
    void whoIsOverGetsNothingMore() {
        BufferBudget.Share one = share("one");
        one.close();

        assertThat(one.take(1)).isFalse();
        assertThat(share("other").take(100)).isTrue();
    }

    @Test
    void whoHasNotReadForLongestIsCutOff() {
        BufferBudget.Share first = share("first");
        BufferBudget.Share second = share("second");
        BufferBudget.Share third = share("third");
        assertThat(first.stall(50)).isTrue();
        assertThat(second.stall(50)).isTrue();
        first.goOn(50);
        assertThat(first.stall(50)).isTrue();

        assertThat(third.stall(50)).isTrue();

        assertThat(brokenOff).containsExactly("second");
    }

    @Test
    void whatIsHeldForASecondAttemptIsNotTakenAway() {
        BufferBudget.Share keeping = share("keeping");
        assertThat(keeping.take(60)).isTrue();

        assertThat(share("stalled").stall(50)).isFalse();
        assertThat(brokenOff).isEmpty();
    }
}
