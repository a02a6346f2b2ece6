package dev.tokensidecar.faults;

import dev.tokensidecar.testing.process.ChildProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** What the kernel does with the packets of a network namespace: everything passes but what the rules are about. */
final class Packets {

    private static final Path LOG = Path.of("target", "nft.log");
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** Nothing can be deleted that is not there. */
    private static final String NONE = "add table inet faults; delete table inet faults; ";

    private static final Pattern COUNTER = Pattern.compile("counter packets (\\d+)");

    private Packets() {}

    /** Puts rules in force, in the words of {@code nft}. */
    static void rules(String... rules) {
        String chain = "type filter hook input priority 0\n" + String.join("\n", rules);
        var unused = nft(NONE + "table inet faults {\nchain input {\n" + chain + "\n}\n}");
    }

    /** Lets everything pass. */
    static void pass() {
        var unused = nft(NONE);
    }

    /** How many packets the rules have counted. */
    static int counted() {
        return COUNTER.matcher(nft("list table inet faults"))
                .results()
                .mapToInt(counter -> Integer.parseInt(counter.group(1)))
                .sum();
    }

    private static String nft(String commands) {
        try (ChildProcess nft = ChildProcess.start(List.of("nft", commands), Map.of(), LOG)) {
            if (nft.awaitExit(PATIENCE) != 0) {
                throw new IllegalStateException("nft " + commands + ": " + nft.log());
            }
            return nft.log();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
