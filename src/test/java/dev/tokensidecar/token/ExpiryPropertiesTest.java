package dev.tokensidecar.token;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.testing.RepeatableProperty;
import dev.tokensidecar.testing.core.Policies;
import io.smallrye.mutiny.subscription.Cancellable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;

/** A token service under any sequence of requests, responses, failures, suspensions and clock jumps. */
class ExpiryPropertiesTest {

    record Step(String name, Consumer<Run> action) {
        @Override
        public String toString() {
            return name;
        }
    }

    @RepeatableProperty
    void noCallerGetsAnExpiredToken(@ForAll("steps") @Size(max = 60) List<Step> steps) {
        Run run = new Run();
        steps.forEach(step -> step.action().accept(run));

        assertThat(run.invalid).isEmpty();
        assertThat(run.core.server.maxInFlight()).isLessThanOrEqualTo(1);
    }

    @Provide
    Arbitrary<List<Step>> steps() {
        return Arbitraries.oneOf(
                        seconds(0, 600).map(time -> step("passes " + time, run -> run.core.advance(time))),
                        seconds(0, 30_000).map(time -> step("sleeps " + time, run -> run.core.time.suspend(time))),
                        seconds(-7_200, 7_200)
                                .map(time -> step("clock set by " + time, run -> run.core.time.setWallClock(time))),
                        seconds(-1, 900)
                                .map(lifetime -> step(
                                        "lives " + lifetime, run -> run.core.server.accessTokenLifetime(lifetime))),
                        seconds(0, 400)
                                .map(minTtl -> step("asks for " + minTtl, run -> run.ask(Core.withMinTtl(minTtl)))),
                        Arbitraries.of(
                                step("asks", run -> run.ask(TokenRequest.any(Core.WAIT))),
                                step("reports", Run::report),
                                step("granted", Run::grant),
                                step("granted from now on", run -> run.core.server.respondImmediately()),
                                step("held from now on", run -> run.core.server.holdRequests()),
                                step("fails from now on", run -> run.core.server.failAlways(Core.unavailable()))))
                .list();
    }

    private static Step step(String name, Consumer<Run> action) {
        return new Step(name, action);
    }

    private static Arbitrary<Duration> seconds(int from, int to) {
        return Arbitraries.integers().between(from, to).map(Duration::ofSeconds);
    }

    /** One run of a service, and the invalid tokens that it returned. */
    static final class Run {

        private final Core core = new Core(Policies.withJitter(0.1), 10);
        private final List<String> invalid = new ArrayList<>();
        private TokenHash last = TokenHash.of(Secret.of("none"));

        private Run() {
            core.service.start();
        }

        void ask(TokenRequest request) {
            Cancellable unused =
                    core.service.token(request, Core.CALLER).subscribe().with(this::check, failure -> {});
        }

        void report() {
            ask(TokenRequest.afterRejection(last, Core.WAIT));
        }

        void grant() {
            if (core.server.isRequestInFlight()) {
                core.server.grant();
            }
        }

        private void check(AccessToken token) {
            last = TokenHash.of(token.value());
            Moment now = core.time.now();
            Moment from = token.validity().from();
            Duration lifetime = Duration.ofNanos(token.validity().lifetimeNanos());
            Duration byMonotonicClock = Duration.ofNanos(now.nanos() - from.nanos());
            Duration byWallClock = Duration.ofMillis(now.epochMillis() - from.epochMillis());
            if (byMonotonicClock.compareTo(lifetime) >= 0 || byWallClock.compareTo(lifetime) >= 0) {
                invalid.add(token + " of " + lifetime + " after " + byMonotonicClock + " and " + byWallClock);
            }
        }
    }
}
