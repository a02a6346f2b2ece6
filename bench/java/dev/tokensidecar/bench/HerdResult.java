package dev.tokensidecar.bench;

import dev.tokensidecar.testing.process.ProcessMemory;
import java.util.Comparator;
import java.util.List;

/**
 * All rounds with the same number of callers. In the first round, the process has served nobody yet.
 *
 * @param memory the memory of the sidecar after the last round, with all connections open
 */
record HerdResult(int callers, List<HerdRound> rounds, ProcessMemory memory) {

    /** Copies the list. */
    HerdResult {
        rounds = List.copyOf(rounds);
    }

    private List<HerdRound> warm() {
        return rounds.subList(1, rounds.size());
    }

    /** Returns the warm round with the median duration. */
    HerdRound typical() {
        List<HerdRound> sorted = warm().stream()
                .sorted(Comparator.comparingDouble(HerdRound::lastMillis))
                .toList();
        return sorted.get(sorted.size() / 2);
    }

    double lastMillis() {
        return Median.of(warm(), HerdRound::lastMillis);
    }

    boolean works() {
        return mostPosts() == 1 && errors() == 0;
    }

    String summary() {
        return "%d POST%s, %d errors".formatted(mostPosts(), mostPosts() == 1 ? "" : "s", errors());
    }

    private int mostPosts() {
        return rounds.stream().mapToInt(HerdRound::posts).max().orElseThrow();
    }

    private int errors() {
        return rounds.stream().mapToInt(round -> round.run().errors()).sum();
    }

    String[] servedCells() {
        return new String[] {
            Numbers.count(callers),
            Numbers.count(rounds.size()),
            Numbers.count(mostPosts()),
            Numbers.count(errors()),
            Numbers.whole(Median.of(warm(), HerdRound::waited)),
            Numbers.oneDecimal(Median.of(warm(), HerdRound::millisUntilPost)),
            Numbers.oneDecimal(Median.of(warm(), round -> round.run().millisToSend())),
            Numbers.oneDecimal(Median.of(warm(), HerdRound::halfMillis)),
            Numbers.oneDecimal(rounds.getFirst().lastMillis()),
            Numbers.oneDecimal(lastMillis()),
            Numbers.oneDecimal(
                    warm().stream().mapToDouble(HerdRound::lastMillis).max().orElseThrow())
        };
    }

    String[] memoryCells() {
        return new String[] {
            Numbers.count(callers),
            HerdSetup.limit(callers),
            Numbers.count(memory.peakMegabytes()),
            Numbers.count(memory.residentMegabytes()),
            Numbers.count(memory.anonymousMegabytes())
        };
    }
}
