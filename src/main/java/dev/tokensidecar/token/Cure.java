package dev.tokensidecar.token;

/**
 * What somebody has to do about a problem. Log, {@code /status}, the page, the Events of a pod, the alerts and the runbook
 * say it in these words.
 */
public enum Cure {
    /** The problem passes. */
    RETRY("none needed, the sidecar retries by itself"),
    /** Something else than the token endpoint has responded. */
    TOKEN_ENDPOINT("check the address of the token endpoint and the proxies in front of it"),
    /** The session has ended. */
    LOG_IN("log in again and put the new refresh token into the file that store.refresh-token-file names"),
    /** A device code waits for a person. */
    ENTER_CODE("open the page and enter the code"),
    /** The server does not accept the client's credentials. */
    CLIENT("correct client.id, the secret or key of the client, or client.authentication-method"),
    /** The client may not use the grant. */
    GRANT("allow the grant in the client's registration at the authorization server"),
    /** The client may not get the scope. */
    SCOPE("correct grant.scope, or allow it in the client's registration"),
    /** There is no refresh token to begin with. */
    SEED("mount a refresh token and name its file in store.refresh-token-file"),
    /** A mounted file is missing, or has something else in it. */
    FILE("correct the file that detail names; the sidecar reads it again at the next attempt"),
    /** Any other rejection of the client or the request. */
    CONFIGURATION("correct the configuration or the client's registration"),
    /** The newest refresh token is in memory only. */
    STORE_FILE("set store.file of this token to a writable path that outlives the pod"),
    /** Another process does not end the request that it has claimed. */
    CLAIM("find out what stopped that pod; log in again if the refresh token is rejected now"),
    /** The file system of the token file is full. */
    TOKEN_FILE_SPACE("free disk space or inodes on the volume of this token's file"),
    /** The file system of the token file is mounted read-only. */
    TOKEN_FILE_MOUNT("mount the volume of this token's file writable"),
    /** The token response has no such field. */
    TOKEN_FILE_FIELD("ask for the field of file-field, with another scope for instance, or leave out that key"),
    /** The token file cannot be written for any other reason. */
    TOKEN_FILE_ACCESS(
            "create the directory of this token's file, let the user of the sidecar write to it, and add that user"
                    + " to file-group");

    /** Begins the error of a refresh that the store has failed; the problem follows. */
    static final String STORE = "store_";

    private static final String UNREADABLE = "_unreadable";

    private final String text;

    Cure(String text) {
        this.text = text;
    }

    /** The words. */
    public String text() {
        return text;
    }

    /** Returns the words for a refresh that the server, the network or a file has failed. */
    static String of(RefreshFailure failure) {
        String error = failure.error();
        for (StoreProblem problem : StoreProblem.values()) {
            if (error.equals(STORE + problem.label())) {
                return problem.cure();
            }
        }
        return switch (failure) {
            case RefreshFailure.Unavailable unavailable -> RETRY.text;
            case RefreshFailure.InvalidResponse invalid -> TOKEN_ENDPOINT.text;
            case RefreshFailure.InvalidGrant dead -> LOG_IN.text;
            case RefreshFailure.AuthorizationPending pending -> ENTER_CODE.text;
            case RefreshFailure.Misconfigured wrong -> ofConfiguration(error).text;
        };
    }

    private static Cure ofConfiguration(String error) {
        return switch (error) {
            case "invalid_client" -> CLIENT;
            case "unauthorized_client", "unsupported_grant_type" -> GRANT;
            case "invalid_scope" -> SCOPE;
            case "no_refresh_token" -> SEED;
            default -> error.endsWith(UNREADABLE) ? FILE : CONFIGURATION;
        };
    }
}
