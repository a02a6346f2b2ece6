package dev.tokensidecar.fleet;

/** What is counted in a run, to show that the schedules reach it. */
enum Count {
    POSTS,
    ADOPTED,
    TAKEN_OVER,
    CONFLICTS,
    FAULTS,
    CRASHES,
    SESSIONS_ENDED,
    LOGINS
}
