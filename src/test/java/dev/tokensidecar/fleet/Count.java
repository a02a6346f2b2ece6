package dev.tokensidecar.fleet;

import java.util.Locale;

/** What is counted in a run, to show that the schedules reach it. */
enum Count {
    POSTS,
    ADOPTED,
    TAKEN_OVER,
    CONFLICTS,
    SUPERSEDED,
    FAULTS,
    CRASHES,
    LOGINS,
    /** A refresh token was presented twice, as the documents say that it may happen. */
    SESSIONS_LOST_IN_THE_WINDOW;

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
