package dev.tokensidecar.token;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The right to send the next token request of a session. A process writes its claim into the record before it sends the
 * request, on the condition that the record has not changed since it was read. So of all processes that read the same
 * record, one gets the claim.
 *
 * @param holder who sends the request
 * @param presented the refresh token in the request; null if the request uses another grant
 * @param token the name of the configured token that is refreshed
 * @param at when the holder wrote it, by its own wall clock: for people, never compared
 */
public record Claim(ProcessId holder, @Nullable TokenHash presented, String token, Instant at) {

    /** Returns what is left of a claim whose request may have been processed. */
    SessionRecord.Doubt doubt() {
        return new SessionRecord.Doubt(presented, at);
    }

    boolean isOf(ProcessId process) {
        return holder.run().equals(process.run());
    }
}
