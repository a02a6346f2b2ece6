package dev.tokensidecar.kubernetes.fleet;

/** What happens to a fleet. */
enum Disruption {
    /** Some sidecars are killed and start again in their pods. */
    KILL_AND_RESTART,
    /** Some sidecars are killed, and other pods take their places. */
    KILL_AND_REPLACE,
    /** The sidecar that sends a request is killed before the authorization server acts on it. */
    KILL_HOLDER_BEFORE_ROTATION,
    /** The sidecar that sends a request is killed after the rotation and before the response. */
    KILL_HOLDER_AFTER_ROTATION,
    /** Some sidecars stand still for longer than a request may take. */
    PAUSE,
    /** The sidecar that sends a request stands still until others take over, and then continues. */
    PAUSE_HOLDER,
    API_SERVER_CRASH,
    /** The API server ends in its normal course: it keeps watches open without serving them. */
    API_SERVER_SHUTDOWN,
    ETCD_CRASH,
    /** Some pods cannot reach the API server. */
    NO_API_SERVER,
    /** Some pods cannot reach the authorization server. */
    NO_AUTHORIZATION_SERVER,
    /** Some pods can reach neither. */
    NO_NETWORK,
    /** The response to a request is lost on its way. */
    RESPONSE_LOST
}
