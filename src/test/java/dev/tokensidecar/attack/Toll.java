package dev.tokensidecar.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.testing.process.SidecarProcess;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/**
 * What a flood cost those who mean well.
 *
 * @param answers how many answers the attackers got, by status
 * @param toFirstToken how long it took after the flood until a token was served
 * @param peakMegabytes the most that was resident
 * @param anonymousMegabytes the most of that that was the process's own
 * @param files how many files were made meanwhile
 * @param descriptorsLeft how many more are open afterwards than before
 */
record Toll(
        String name,
        SidecarProcess sidecar,
        Bystander bystander,
        Probes probes,
        Map<String, LongAdder> answers,
        long opened,
        Duration toFirstToken,
        int peakMegabytes,
        int anonymousMegabytes,
        long logBytes,
        int files,
        long descriptorsLeft) {

    static final double PROMISED_P99_MILLIS = 50;
    static final Duration PROMISED_RETURN = Duration.ofSeconds(1);
    /** What leaves 16 MiB of the pod's limit to the kernel. */
    static final int PROMISED_OWN_MEGABYTES = AttackScene.LIMIT_MEGABYTES - 16;
    /** The files of the runtime that are mapped: others share them, and they can be read again. */
    private static final int MAPPED_MEGABYTES = 56;

    static final int PROMISED_RESIDENT_MEGABYTES = PROMISED_OWN_MEGABYTES + MAPPED_MEGABYTES;

    private static final int MOST_LOG_BYTES = 64 * 1024;
    private static final int MARGIN = 8;

    /** Tokens, probes and scrapes were served while it lasted. */
    void assertNobodyNoticed() {
        assertThat(bystander.failures()).as("tokens that were not served").isEmpty();
        assertThat(bystander.answers()).as("tokens that were served").isPositive();
        assertThat(probes.failures()).as("probes that failed").isEmpty();
        assertThat(probes.answered()).as("probes that were answered").isPositive();
        assertThat(bystander.p99Millis()).as("p99 of GET /token in ms").isLessThan(PROMISED_P99_MILLIS);
    }

    /** Tokens were served again soon. */
    void assertOverAtOnce() {
        assertThat(toFirstToken).as("time to the first token after it").isLessThan(PROMISED_RETURN);
    }

    /** The process is as it was before. */
    void assertBounded() {
        assertThat(AttackScene.isAlive(sidecar)).as("alive").isTrue();
        assertThat(peakMegabytes).as("most MB resident").isLessThanOrEqualTo(PROMISED_RESIDENT_MEGABYTES);
        assertThat(anonymousMegabytes).as("most MB of its own").isLessThanOrEqualTo(PROMISED_OWN_MEGABYTES);
        assertThat(files).as("files made").isZero();
        assertThat(logBytes).as("bytes logged").isLessThan(MOST_LOG_BYTES);
        assertThat(descriptorsLeft).as("descriptors left open").isLessThanOrEqualTo(MARGIN);
        assertThat(sidecar.log()).doesNotContain("Unhandled exception", "Uncaught", "OutOfMemory", "LEAK:");
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "flood=\"%s\" connections=%d answers=%s tokens=%d unserved=%d p99_ms=%.1f probes=%d failed=%d"
                        + " first_token_ms=%d peak_rss_mb=%d anonymous_mb=%d log_bytes=%d files=%d descriptors_left=%d",
                name,
                opened,
                answers,
                bystander.answers(),
                bystander.failures().size(),
                bystander.p99Millis(),
                probes.answered(),
                probes.failures().size(),
                toFirstToken.toMillis(),
                peakMegabytes,
                anonymousMegabytes,
                logBytes,
                files,
                descriptorsLeft);
    }
}
