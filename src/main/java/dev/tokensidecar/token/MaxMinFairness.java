package dev.tokensidecar.token;

import java.util.Collection;
import java.util.List;

/** Max-min fairness: who wants little gets all of it, and the rest is shared equally among those who want more. */
public final class MaxMinFairness {

    private MaxMinFairness() {}

    /**
     * Returns how much each may have, so that all of them together have no more than there is.
     *
     * @param demands how much each of them wants
     * @param capacity how much there is
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
