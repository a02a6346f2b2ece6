package dev.tokensidecar.telemetry;

import dev.tokensidecar.introspection.InactiveReason;
import dev.tokensidecar.introspection.IntrospectionListener;
import dev.tokensidecar.introspection.IssuerKeys;
import dev.tokensidecar.token.RefreshFailure;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The meters of introspection; {@code docs/operations.md} lists them. */
public final class IntrospectionMetrics implements IntrospectionListener {

    /** In place of an issuer or a reason if there is none. */
    private static final String NONE = "none";

    private static final String ACTIVE = "active";
    private static final String INACTIVE = "inactive";
    private static final String UNAVAILABLE = "unavailable";
    private static final String SUCCESS = "success";

    private static final List<String> OUTCOMES = List.of(
            SUCCESS, "temporarily_unavailable", "invalid_response", "configuration", "reauthentication_required");

    private final MeterRegistry registry;

    /**
     * Registers all counters and timers: Prometheus misses the increase of one that appears with its first event.
     *
     * @param issuers the configured names
     */
    public IntrospectionMetrics(MeterRegistry registry, Collection<String> issuers) {
        this.registry = registry;
        for (String issuer : issuers) {
            registerChecks(issuer, ACTIVE, NONE);
            registerChecks(issuer, UNAVAILABLE, NONE);
            for (InactiveReason reason : InactiveReason.values()) {
                registerChecks(issuer, INACTIVE, reason.label());
            }
        }
        if (!issuers.isEmpty()) {
            registerChecks(NONE, UNAVAILABLE, NONE);
            registerChecks(NONE, INACTIVE, InactiveReason.MALFORMED.label());
            registerChecks(NONE, INACTIVE, InactiveReason.UNKNOWN_ISSUER.label());
        }
    }

    /** Registers the meters of an issuer whose keys are fetched. */
    public void watch(String issuer, IssuerKeys keys) {
        Tags tags = Tags.of("issuer", issuer);
        for (FetchCause cause : FetchCause.values()) {
            for (String outcome : OUTCOMES) {
                var unused = fetches(issuer, cause, outcome);
            }
        }
        Gauge.builder("token_sidecar_introspection_keys", keys, IssuerKeys::size)
                .description("keys of the issuer that verify signatures")
                .tags(tags)
                .register(registry);
        Gauge.builder("token_sidecar_introspection_keys_age_seconds", keys, IntrospectionMetrics::age)
                .description("time since the keys of the issuer were fetched")
                .tags(tags)
                .register(registry);
    }

    /** Registers the meters of an issuer whose server is asked. */
    public void watchServer(String issuer) {
        for (String outcome : OUTCOMES) {
            var unused = requests(issuer, outcome);
        }
    }

    private static double age(IssuerKeys keys) {
        Duration age = keys.age();
        return age == null ? -1 : age.toMillis() / 1000.0;
    }

    private Counter checks(String issuer, String outcome, String reason) {
        return Counter.builder("token_sidecar_introspections")
                .description("checks of tokens that others sent to the application")
                .tags("issuer", issuer, "outcome", outcome, "reason", reason)
                .register(registry);
    }

    private void registerChecks(String issuer, String outcome, String reason) {
        var unused = checks(issuer, outcome, reason);
    }

    private Counter fetches(String issuer, FetchCause cause, String outcome) {
        return Counter.builder("token_sidecar_introspection_key_fetches")
                .description("fetches of the issuer's keys that ended")
                .tags("issuer", issuer, "reason", cause.name().toLowerCase(Locale.ROOT), "outcome", outcome)
                .register(registry);
    }

    private Timer requests(String issuer, String outcome) {
        return Timer.builder("token_sidecar_introspection_request")
                .description("time that a request to the introspection endpoint took")
                .tags("issuer", issuer, "outcome", outcome)
                .register(registry);
    }

    @Override
    public void active(String issuer) {
        checks(issuer, ACTIVE, NONE).increment();
    }

    @Override
    public void inactive(@Nullable String issuer, InactiveReason reason) {
        checks(issuer == null ? NONE : issuer, INACTIVE, reason.label()).increment();
    }

    @Override
    public void unavailable(@Nullable String issuer) {
        checks(issuer == null ? NONE : issuer, UNAVAILABLE, NONE).increment();
    }

    @Override
    public void keysFetched(String issuer, FetchCause cause, int usable, @Nullable RefreshFailure failure) {
        fetches(issuer, cause, outcome(failure)).increment();
    }

    @Override
    public void asked(String issuer, Duration duration, @Nullable RefreshFailure failure) {
        requests(issuer, outcome(failure)).record(duration);
    }

    private static String outcome(@Nullable RefreshFailure failure) {
        return failure == null ? SUCCESS : failure.code();
    }
}
