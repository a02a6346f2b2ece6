package dev.tokensidecar.soak;

import java.time.Instant;

/**
 * A request of a caller.
 *
 * @param sentAt when it was sent
 * @param known the newest generation that any caller had seen by then
 * @param rejected the token that it reports; empty for none
 * @param impatient whether it contains {@code Prefer: wait=0}
 */
record SentRequest(Instant sentAt, long known, String rejected, boolean impatient) {}
