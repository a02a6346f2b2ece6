package dev.tokensidecar.api;

import dev.tokensidecar.exchange.ExchangedTokens;

/**
 * Everything that HTTP needs of one token that callers get for their users.
 *
 * @param name the configured name
 * @param rules read a caller's request
 * @param parameters read how long it waits
 */
public record ConfiguredExchange(
        String name, ExchangedTokens tokens, ExchangeRules rules, RequestParameters parameters) {}
