package dev.tokensidecar.token;

import java.util.List;

/** Port to what knows which callers belong together, so that one of them in a loop does not take the places of the others. */
public interface CallerGroups {

    /**
     * Finds out which groups callers belong to. May block.
     *
     * @return the group of each connection, in the same order; callers that cannot be told apart share a group
     */
    List<String> groupsOf(List<Connection> connections);
}
