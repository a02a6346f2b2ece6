package dev.tokensidecar.token;

/** What to do for one caller, given one state at one moment. */
sealed interface Decision {

    /** Hand out the token. */
    record Serve(AccessToken token) implements Decision {}

    /** Hand out the token, and start a refresh that nobody waits for. */
    record ServeAndRefresh(AccessToken token) implements Decision {}

    /** Wait for the refresh that is under way. */
    record Join(Flight flight) implements Decision {}

    /** Start a refresh and wait for it. */
    record Start(RefreshReason reason) implements Decision {}

    /** Say why there is no token. */
    record Refuse(TokenException why) implements Decision {}
}
