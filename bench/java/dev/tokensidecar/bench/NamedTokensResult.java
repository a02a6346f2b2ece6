package dev.tokensidecar.bench;

import dev.tokensidecar.testing.process.ProcessMemory;
import java.time.Duration;

/**
 * The result for one number of tokens.
 *
 * @param posts the number of token requests
 * @param startMillis the time until the sidecar had all tokens
 * @param activity the activity without requests
 */
record NamedTokensResult(int tokens, int posts, double startMillis, ProcessMemory memory, Activity activity) {

    String[] cells(Duration time) {
        return new String[] {
            Numbers.count(tokens),
            NamedTokens.limit(tokens),
            Numbers.whole(startMillis),
            Numbers.count(memory.residentMegabytes()),
            Numbers.count(memory.anonymousMegabytes()),
            Numbers.twoDecimals(1000.0 * activity.wakeUps() / time.toMillis()),
            Numbers.percent(activity.cpuMillis() / time.toMillis())
        };
    }
}
