package dev.tokensidecar.bench;

import dev.tokensidecar.testing.process.ProcessMemory;
import java.util.Comparator;
import java.util.List;

/**
 * All rounds of a herd of one size. The first meets a process that has served nobody yet.
 *
 * @param memory of the sidecar after the last, while all connections are open
 */
record HerdResult(int callers, List<HerdRound> rounds, ProcessMemory memory) {

    /** Copies the list. */
    HerdResult {
        rounds = List.copyOf(rounds);
    }

    private List<HerdRound> warm() {
        return rounds.subList(1, rounds.size());
    }

    /** The warm round in the middle. */
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

    String whatHappened() {
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
            Text.count(callers),
            Text.count(rounds.size()),
            Text.count(mostPosts()),
            Text.count(errors()),
            Text.whole(Median.of(warm(), HerdRound::waited)),
            Text.one(Median.of(warm(), HerdRound::millisUntilPost)),
            Text.one(Median.of(warm(), round -> round.run().millisOfAsking())),
            Text.one(Median.of(warm(), HerdRound::halfMillis)),
            Text.one(rounds.getFirst().lastMillis()),
            Text.one(lastMillis()),
            Text.one(warm().stream().mapToDouble(HerdRound::lastMillis).max().orElseThrow())
        };
    }

    String[] memoryCells() {
        return new String[] {
            Text.count(callers),
            HerdScene.limit(callers),
            Text.count(memory.peakMegabytes()),
            Text.count(memory.residentMegabytes()),
            Text.count(memory.anonymousMegabytes())
        };
    }
}
