/**
 * Checks the tokens that somebody sends to the application (RFC 7662): JWTs with the keys of their issuer, opaque tokens at
 * the introspection endpoint of their server. Keys are fetched ahead and kept over outages. Nothing here knows HTTP.
 */
@NullMarked
package dev.tokensidecar.introspection;

import org.jspecify.annotations.NullMarked;
