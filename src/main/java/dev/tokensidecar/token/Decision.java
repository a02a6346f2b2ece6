package dev.tokensidecar.token;

/** What to do for one caller, given one state at one moment. */
sealed interface Decision {

    /** Serve the current token. */
    record Serve(AccessToken token) implements Decision {}

    /** Serve the current token, and start a refresh that nobody waits for. */
    record ServeAndRefresh(AccessToken token) implements Decision {}

    /** Wait for the refresh in flight. */
    record Join(Flight flight) implements Decision {}

    /** Start a refresh and wait for it. */
    record Start(RefreshReason reason) implements Decision {}

    /** Tell the caller why there is no token. */
    record Fail(TokenException reason) implements Decision {}
}
