package dev.tokensidecar.token;

import java.util.Collection;
import java.util.List;

/** Computes max-min fair shares: small demands are met in full, and the others share the rest equally. */
public final class MaxMinFairness {

    private MaxMinFairness() {}

    /**
     * Returns the largest amount that each may have, so that all together stay within the capacity.
     *
     * @param demands how much each of them demands
     */
    public static int share(Collection<Integer> demands, int capacity) {
        List<Integer> ascending = demands.stream().sorted().toList();
        int left = capacity;
        for (int served = 0; served < ascending.size(); served++) {
            int share = left / (ascending.size() - served);
            if (ascending.get(served) > share) {
                return share;
            }
            left -= ascending.get(served);
        }
        return capacity;
    }
}
