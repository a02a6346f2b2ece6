package dev.tokensidecar.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Finds the key that an operator probably meant by an unknown name. Compares names word by word. Operators often omit words
 * ({@code SIDECAR_TOKEN_SCOPE}), mostly those of the group and {@code FILE}, and rarely invent any. Compares two words
 * letter by letter, and accepts abbreviations and missing separators ({@code CLIENTID}).
 */
final class NearestName {

    /** The cost of a word that the key does not have; the unit of all costs. */
    private static final double UNKNOWN_WORD = 1;

    private static final double OMITTED_GROUP = 0.1;
    private static final double OMITTED_WORD = 0.3;

    /** Cheapest, because operators who try to set the secret itself omit this word. */
    private static final double OMITTED_FILE = 0.05;

    private static final double ABBREVIATED = 0.2;
    private static final double ANY_WORD = 0.6;
    private static final double WRONG_PREFIX = 0.5;

    /** The cost of unrelated words: more than an omitted and an unknown word together. */
    private static final double UNRELATED = 2;

    private final List<String> written;
    private final List<String> words;
    private final int groupWords;

    private NearestName(List<String> written, String key) {
        this.written = written;
        this.words = words(key);
        this.groupWords = words(key.substring(0, key.lastIndexOf('.'))).size();
    }

    /**
     * Returns the key with the smallest distance to the name.
     *
     * @param name a key or an environment variable
     */
    static String of(String name, Collection<String> keys) {
        List<String> written = words(name);
        return keys.stream()
                .min(Comparator.<String>comparingDouble(key -> new NearestName(written, key).distance())
                        .thenComparingLong(NearestName::depth)
                        .thenComparingInt(key -> EditDistance.between(name, UnknownKeys.variable(key))))
                .orElseThrow();
    }

    /** Whoever omits the groups more probably means a key in a group than one in a group of a group. */
    private static long depth(String key) {
        return key.chars().filter(character -> character == '.').count();
    }

    static List<String> words(String name) {
        return Stream.of(name.toLowerCase(Locale.ROOT).split("[^a-z0-9<>]+"))
                .filter(word -> !word.isEmpty())
                .toList();
    }

    /** Computes the edit distance from the written words to those of the key. */
    private double distance() {
        double[][] costs = new double[written.size() + 1][words.size() + 1];
        for (int i = 0; i < costs.length; i++) {
            for (int j = 0; j < costs[i].length; j++) {
                costs[i][j] = i + j == 0 ? 0 : cheapest(costs, i, j);
            }
        }
        return costs[written.size()][words.size()];
    }

    private double cheapest(double[][] costs, int i, int j) {
        double cheapest = i > 0 ? costs[i - 1][j] + UNKNOWN_WORD : Double.MAX_VALUE;
        if (j > 0) {
            cheapest = Math.min(cheapest, costs[i][j - 1] + omission(j - 1));
        }
        if (i > 0 && j > 0) {
            cheapest = Math.min(cheapest, costs[i - 1][j - 1] + wordDistance(written.get(i - 1), words.get(j - 1)));
        }
        if (i > 0 && j > 1) {
            String joined = words.get(j - 2) + words.get(j - 1);
            cheapest = Math.min(cheapest, costs[i - 1][j - 2] + spellingDistance(written.get(i - 1), joined));
        }
        return cheapest;
    }

    private double omission(int word) {
        if (words.get(word).startsWith("<")) {
            return OMITTED_WORD;
        }
        if (word < groupWords) {
            return OMITTED_GROUP;
        }
        return words.get(word).equals("file") ? OMITTED_FILE : OMITTED_WORD;
    }

    private static double wordDistance(String written, String word) {
        if (word.startsWith("<")) {
            return ANY_WORD;
        }
        if (written.equals("sidecar") && word.equals("quarkus")) {
            return WRONG_PREFIX;
        }
        if (word.startsWith(written) && !word.equals(written)) {
            return ABBREVIATED;
        }
        return spellingDistance(written, word);
    }

    private static double spellingDistance(String written, String word) {
        double share = (double) EditDistance.between(written, word) / Math.max(written.length(), word.length());
        return share > 0.5 ? UNRELATED : share;
    }
}
