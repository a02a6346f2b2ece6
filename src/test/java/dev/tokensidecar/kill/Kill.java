package dev.tokensidecar.kill;

import java.util.Collections;
import java.util.List;

/**
 * One kill.
 *
 * @param aim when it was
 * @param left the refresh token that was in the file afterwards
 * @param rotations how many refresh tokens the process had spent
 * @param served how many access tokens its callers had been handed
 */
record Kill(KillPoint aim, String left, int rotations, int served) {

    /** How often the refresh token that was left has been presented; the next process does so in any case. */
    int uses(List<String> presented) {
        return Collections.frequency(presented, left);
    }

    /**
     * Whether it fell between the rotation at the server and its save here: what was left is spent, its successor was
     * lost on the way, and no client can help that.
     */
    boolean inWindow(List<String> presented) {
        return uses(presented) > 1;
    }
}
