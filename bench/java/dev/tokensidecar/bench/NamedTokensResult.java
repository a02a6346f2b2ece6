package dev.tokensidecar.bench;

import dev.tokensidecar.testing.process.ProcessMemory;
import java.time.Duration;

/**
 * A process with so many tokens.
 *
 * @param posts token requests
 * @param startMillis until the last of the tokens was there
 * @param activity while nobody asked
 */
record NamedTokensResult(int tokens, int posts, double startMillis, ProcessMemory memory, Activity activity) {

    String[] cells(Duration time) {
        return new String[] {
            Text.count(tokens),
            NamedTokens.limit(tokens),
            Text.whole(startMillis),
            Text.count(memory.residentMegabytes()),
            Text.count(memory.anonymousMegabytes()),
            Text.two(1000.0 * activity.wakeUps() / time.toMillis()),
            Text.percent(activity.cpuMillis() / time.toMillis())
        };
    }
}
