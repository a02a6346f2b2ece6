package dev.tokensidecar.introspection;

import java.util.Locale;

/** Why a token is not active. Only log and metrics say so: whoever sent the token learns nothing (RFC 7662 section 2.2). */
public enum InactiveReason {
    /** Not a JWT, and no issuer of opaque tokens is configured; or a JWT that cannot be parsed. */
    MALFORMED,
    /** A JWT of an issuer that is not configured. */
    UNKNOWN_ISSUER,
    /** An algorithm that is not allowed for this issuer: {@code none} and symmetric ones never are. */
    ALGORITHM,
    /** A header that brings a key, or names a place where one is, or that has to be understood and is not. */
    HEADER,
    /** The header {@code typ} names another kind of JWT. */
    TYPE,
    /** The issuer has no key for this signature. */
    UNKNOWN_KEY,
    /** The signature is wrong. */
    SIGNATURE,
    /** An ID token, a refresh token or another token that is not an access token. */
    NOT_ACCESS_TOKEN,
    /** The token has expired. */
    EXPIRED,
    /** A JWT without {@code exp}. */
    NO_EXPIRY,
    /** The token is not valid yet. */
    NOT_YET_VALID,
    /** The token is for another API. */
    AUDIENCE,
    /** The token lacks a required scope. */
    SCOPE,
    /** The token lacks a required claim, or has another value in it. */
    CLAIM,
    /** The server itself says that the token is not active. */
    SERVER;

    /** The word for log and metrics. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
