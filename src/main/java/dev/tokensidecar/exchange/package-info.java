/**
 * Tokens for the caller at hand: exchanges the credential of a user for a token of another API (RFC 8693, RFC 7523). One
 * request to the authorization server for all callers with the same input, and a bounded cache in memory. Nothing here knows
 * HTTP.
 */
@NullMarked
package dev.tokensidecar.exchange;

import org.jspecify.annotations.NullMarked;
