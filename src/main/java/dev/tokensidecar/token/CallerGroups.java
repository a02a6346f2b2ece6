package dev.tokensidecar.token;

import java.util.function.Function;

/** Port to whatever knows which callers belong together, so that one of them in a loop does not push out the others. */
public interface CallerGroups {

    /**
     * Looks who is connected now. May block.
     *
     * @return tells the group of a caller by its connection, quickly; callers that cannot be told apart are in one group
     */
    Function<Connection, String> survey();
}
