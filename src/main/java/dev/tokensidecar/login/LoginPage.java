package dev.tokensidecar.login;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * Where a person logs in, and how the response shows which server it comes from (RFC 9207).
 *
 * @param address what the browser opens; it contains no credential
 * @param issuer the issuer that a response may name; null if it is unknown, so that none can be checked
 * @param issuerRequired whether the server has announced that each response names the issuer
 */
public record LoginPage(URI address, @Nullable String issuer, boolean issuerRequired) {}
