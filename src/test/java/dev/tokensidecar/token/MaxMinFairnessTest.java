package dev.tokensidecar.token;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class MaxMinFairnessTest {

    @Test
    void smallDemandsAreMetInFull() {
        assertThat(MaxMinFairness.share(List.of(100, 2, 100), 12)).isEqualTo(5);
    }

    @Test
    void aSingleDemandGetsTheWholeCapacity() {
        assertThat(MaxMinFairness.share(List.of(100), 12)).isEqualTo(12);
    }

    @Test
    void sufficientCapacityLimitsNobody() {
        assertThat(MaxMinFairness.share(List.of(1, 2, 3), 12)).isEqualTo(12);
    }

    @Test
    void moreDemandsThanCapacityLeaveNoShare() {
        assertThat(MaxMinFairness.share(List.of(1, 1, 1), 2)).isZero();
    }
}
