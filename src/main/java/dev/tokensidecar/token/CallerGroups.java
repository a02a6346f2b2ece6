package dev.tokensidecar.token;

import java.util.function.Function;

/** Port to what knows which callers belong together, so that one of them in a loop does not take the places of the others. */
public interface CallerGroups {

    /**
     * Finds out who is connected now. May block, and never fails.
     *
     * @return maps a connection to the group of its caller, without blocking; callers that cannot be told apart share a group
     */
    Function<Connection, String> survey();
}
