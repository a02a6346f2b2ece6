package dev.tokensidecar.kill;

import java.util.Collections;
import java.util.List;

/**
 * One kill.
 *
 * @param killPoint the moment
 * @param left the refresh token in the store file afterwards
 * @param rotations how many refresh tokens the process had used
 * @param served how many access tokens its callers had received
 */
record Kill(KillPoint killPoint, String left, int rotations, int served) {

    /** Returns how often the remaining refresh token was presented; the next process always presents it. */
    int uses(List<String> presented) {
        return Collections.frequency(presented, left);
    }

    /**
     * Returns whether the kill fell between the rotation at the server and the save here: the remaining token is used, its
     * successor is lost, and no client can prevent that.
     */
    boolean inWindow(List<String> presented) {
        return uses(presented) > 1;
    }
}
