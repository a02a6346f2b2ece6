package dev.tokensidecar.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A fleet without faults asks as much of its servers as docs/fleet.md says, in the section "Scale". */
class FleetLoadTest {

    private static final Duration LIFETIME = Duration.ofSeconds(300);
    /** Refreshes begin 60 s before a token expires, earlier by up to a tenth of the lifetime. */
    private static final Duration LONGEST_PERIOD = Duration.ofSeconds(240);

    private static final Duration SHORTEST_PERIOD = Duration.ofSeconds(210);

    private static final Duration BEGIN = Duration.ZERO;
    private static final Duration STARTED = Duration.ofMinutes(1);
    private static final Duration END = Duration.ofHours(2);

    private final Duration length = END.minus(STARTED);

    @ParameterizedTest
    @ValueSource(ints = {10, 100})
    void oneRefreshServesTheWholeFleet(int members) {
        Load load = Fleet.load(Schedule.calm(members, LIFETIME, END));
        int refreshes = load.requests(Operation.POST).between(STARTED, END);

        assertThat(refreshes)
                .isBetween((int) length.dividedBy(LONGEST_PERIOD), (int) length.dividedBy(SHORTEST_PERIOD) + 1);
        assertThat(load.requests(Operation.SAVE).between(STARTED, END)).isEqualTo(refreshes);
        assertThat(load.events().between(STARTED, END)).isEqualTo(2 * refreshes * (members - 1));
        // another member may begin before it hears of the claim
        assertThat(load.calls().between(STARTED, END)).isBetween(3 * refreshes, 4 * refreshes);
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 100})
    void aStartOfAllMembersIsOneTokenRequest(int members) {
        Load load = Fleet.load(Schedule.calm(members, LIFETIME, STARTED));

        assertThat(load.requests(Operation.POST).between(BEGIN, STARTED)).isOne();
        assertThat(load.requests(Operation.READ).between(BEGIN, STARTED)).isBetween(members, 3 * members);
        assertThat(load.writes(BEGIN, STARTED)).isBetween(2, members + 1);
        assertThat(load.tokens().between(BEGIN, STARTED)).isEqualTo(members);
        assertThat(load.tokens().last(BEGIN, STARTED)).isLessThan(Duration.ofSeconds(4));
    }

    /** While the authorization server fails, each back-off ends for all members. */
    @Test
    void afterABackOffTheMembersDoNotAllReadAtOnce() {
        int members = 100;
        Duration outage = Duration.ofMinutes(15);
        Fault fault = new Fault(Fault.Kind.UNAVAILABLE, STARTED, null, 0, outage, Fault.Loss.BROKEN);
        Load load = Fleet.load(Schedule.calm(members, LIFETIME, outage).with(fault));
        Duration nobodyHasAToken = LIFETIME.plus(STARTED);

        assertThat(load.requests(Operation.READ).mostInASecond(nobodyHasAToken, outage))
                .isLessThan(members / 2);
    }
}
