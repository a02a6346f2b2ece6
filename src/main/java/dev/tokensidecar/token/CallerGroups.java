package dev.tokensidecar.token;

import java.util.List;

/** Port to whatever knows which callers belong together, so that one of them in a loop does not push out the others. */
public interface CallerGroups {

    /** The group of those whose callers cannot be found, and may have gone: they give up their places first. */
    String NOBODY = "";

    /**
     * Looks who is connected now. May block.
     *
     * @return the group of each connection, in their order; callers that cannot be told apart are in one group
     */
    List<String> groupsOf(List<Connection> connections);
}
