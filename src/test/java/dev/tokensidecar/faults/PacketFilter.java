package dev.tokensidecar.faults;

import dev.tokensidecar.testing.process.ChildProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Filters the packets of a network namespace in the kernel: everything passes except what the rules match. */
final class PacketFilter {

    private static final Path LOG = Path.of("target", "nft.log");
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** Adds the table first, because nft cannot delete a table that does not exist. */
    private static final String DELETE_RULES = "add table inet faults; delete table inet faults; ";

    private static final Pattern COUNTER = Pattern.compile("counter packets (\\d+)");

    private PacketFilter() {}

    /** Activates rules in the syntax of {@code nft}. */
    static void rules(String... rules) {
        String chain = "type filter hook input priority 0\n" + String.join("\n", rules);
        var unused = nft(DELETE_RULES + "table inet faults {\nchain input {\n" + chain + "\n}\n}");
    }

    /** Removes all rules. */
    static void pass() {
        var unused = nft(DELETE_RULES);
    }

    /** Returns the number of packets that the rules counted. */
    static int countedPackets() {
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
