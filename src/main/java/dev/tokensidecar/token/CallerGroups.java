package dev.tokensidecar.token;

import java.util.List;

/**
 * Port that finds out which callers belong together, so that one application in a loop does not take the places of the
 * others.
 */
public interface CallerGroups {

    /** The group of connections whose callers cannot be found, and may have gone. They give up their places first. */
    String NOBODY = "";

    /**
     * Finds out which groups callers belong to. May block.
     *
     * @return the group of each connection, in the same order; callers that cannot be told apart share a group
     */
    List<String> groupsOf(List<Connection> connections);
}
