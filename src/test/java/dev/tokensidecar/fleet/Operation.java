package dev.tokensidecar.fleet;

/** What a sidecar asks of the store or of the authorization server. */
enum Operation {
    /** Reads the record. */
    READ,
    /** Writes a claim into the record. */
    CLAIM,
    /** Presents a refresh token. */
    POST,
    /** Writes new tokens into the record. */
    SAVE,
    /** Writes anything else: a claim ends, with a back-off or a doubt. */
    END
}
