package dev.tokensidecar.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.testing.process.SidecarProcess;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/**
 * Reports the effects of a flood on the sidecar and its legitimate callers.
 *
 * @param responses the number of responses to the flood, by status
 * @param toFirstToken the time from the end of the flood to the first token served
 * @param peakMegabytes the peak resident memory
 * @param anonymousMegabytes the peak of the anonymous part of it, the process's own memory
 * @param files the number of files created during the flood
 * @param descriptorsLeft the number of file descriptors more than before the flood
 */
record FloodReport(
        String name,
        SidecarProcess sidecar,
        TokenCaller caller,
        Probes probes,
        Map<String, LongAdder> responses,
        long opened,
        Duration toFirstToken,
        int peakMegabytes,
        int anonymousMegabytes,
        long logBytes,
        int files,
        long descriptorsLeft) {

    static final double PROMISED_P99_MILLIS = 50;
    static final Duration PROMISED_RECOVERY = Duration.ofSeconds(1);
    /** Leaves 16 MiB of the pod's limit to the kernel. */
    static final int PROMISED_OWN_MEGABYTES = AttackScene.LIMIT_MEGABYTES - 16;
    /** The mapped files of the runtime: shared, and reclaimable by the kernel. */
    private static final int MAPPED_MEGABYTES = 56;

    static final int PROMISED_RESIDENT_MEGABYTES = PROMISED_OWN_MEGABYTES + MAPPED_MEGABYTES;

    private static final int MAX_LOG_BYTES = 64 * 1024;
    private static final int DESCRIPTOR_MARGIN = 8;

    /** Asserts that tokens, probes and scrapes were served during the flood. */
    void assertServed() {
        assertThat(caller.failures()).as("tokens that were not served").isEmpty();
        assertThat(caller.responses()).as("tokens that were served").isPositive();
        assertThat(probes.failures()).as("probes that failed").isEmpty();
        assertThat(probes.succeeded()).as("probes that succeeded").isPositive();
    }

    /** Asserts that callers got their tokens as quickly as promised. */
    void assertQuick() {
        assertThat(caller.p99Millis()).as("p99 of GET /token in ms").isLessThan(PROMISED_P99_MILLIS);
    }

    /** Whether {@link #assertQuick} holds. */
    boolean isQuick() {
        return caller.p99Millis() < PROMISED_P99_MILLIS;
    }

    /** Asserts that tokens were served soon after the flood. */
    void assertRecoversImmediately() {
        assertThat(toFirstToken).as("time to the first token after the flood").isLessThan(PROMISED_RECOVERY);
    }

    /** Asserts that the flood used bounded memory, files, log and descriptors. */
    void assertBounded() {
        assertThat(AttackScene.isAlive(sidecar)).as("alive").isTrue();
        assertThat(peakMegabytes).as("peak MB resident").isLessThanOrEqualTo(PROMISED_RESIDENT_MEGABYTES);
        assertThat(anonymousMegabytes).as("peak MB of its own").isLessThanOrEqualTo(PROMISED_OWN_MEGABYTES);
        assertThat(files).as("files created").isZero();
        assertThat(logBytes).as("bytes logged").isLessThan(MAX_LOG_BYTES);
        assertThat(descriptorsLeft).as("descriptors left open").isLessThanOrEqualTo(DESCRIPTOR_MARGIN);
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
                responses,
                caller.responses(),
                caller.failures().size(),
                caller.p99Millis(),
                probes.succeeded(),
                probes.failures().size(),
                toFirstToken.toMillis(),
                peakMegabytes,
                anonymousMegabytes,
                logBytes,
                files,
                descriptorsLeft);
    }
}
