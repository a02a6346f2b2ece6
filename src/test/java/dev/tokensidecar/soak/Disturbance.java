package dev.tokensidecar.soak;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;

import dev.tokensidecar.demo.Fault;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;

/** A temporary fault, and the errors that callers may get because of it. */
@SuppressWarnings("ImmutableEnumChecker") // both collections are
enum Disturbance {
    /** The server reports that it processed nothing. */
    UNAVAILABLE(
            Set.of("temporarily_unavailable"),
            Fault.status(503),
            Fault.status(503).retryAfter(ofSeconds(1)),
            Fault.status(429).retryAfter(ofSeconds(1)),
            Fault.status(502),
            Fault.error(503, "temporarily_unavailable"),
            Fault.reset()),
    /** The server has rotated the refresh token, and the response is lost. */
    LOST_RESPONSE(
            Set.of("temporarily_unavailable"),
            Fault.reset().afterProcessing(),
            Fault.status(502).afterProcessing(),
            Fault.truncated()),
    /** A response without a usable token. */
    INVALID_RESPONSE(
            Set.of("invalid_response"),
            Fault.garbage(),
            Fault.garbage().afterProcessing(),
            Fault.empty(200),
            Fault.reply(200, "application/json", "{\"access_token\":"),
            Fault.without("access_token"),
            Fault.with("token_type", "mac"),
            Fault.oversized()),
    CLIENT_REJECTED(Set.of("configuration"), Fault.error(401, "invalid_client")),
    SLOW(
            Set.of(),
            Fault.slow(ofMillis(300)),
            Fault.slow(ofMillis(1200)),
            Fault.slow(ofMillis(1200)).afterProcessing()),
    HANG(
            Set.of("temporarily_unavailable", "deadline_exceeded"),
            Fault.hang(),
            Fault.hang().afterProcessing()),
    /** A valid response with an unusual or too short expires_in. */
    ODD_LIFETIME(Set.of(), Fault.without("expires_in"), Fault.expiresIn("3"), Fault.expiresIn(2)),
    /** Every request fails until the fault is removed. */
    OUTAGE(Set.of("temporarily_unavailable"), Fault.status(503), Fault.reset()),
    /** The API rejects every token issued so far. */
    REVOKED(Set.of("rejected_again")),
    /** The store can be neither read nor written. */
    STORE_GONE(Set.of());

    private final Set<String> errors;
    private final List<Fault> faults;

    Disturbance(Set<String> errors, Fault... faults) {
        this.errors = errors;
        this.faults = List.of(faults);
    }

    Fault randomFault(RandomGenerator random) {
        return faults.get(random.nextInt(faults.size()));
    }

    /**
     * Returns whether a caller may get this error.
     *
     * @param impatient whether the request contained {@code Prefer: wait=0}, so that any delay is too long
     */
    boolean explains(String error, boolean impatient) {
        return errors.contains(error) || (impatient && error.equals("deadline_exceeded"));
    }
}
