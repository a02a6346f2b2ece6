package dev.tokensidecar.bench;

import java.util.List;
import java.util.function.ToDoubleFunction;

/** Computes the median of several runs, which a single disturbed run hardly changes. */
final class Median {

    private Median() {}

    static double of(List<Double> numbers) {
        List<Double> sorted = numbers.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }

    static <T> double of(List<T> runs, ToDoubleFunction<T> figure) {
        return of(runs.stream().map(figure::applyAsDouble).toList());
    }
}
