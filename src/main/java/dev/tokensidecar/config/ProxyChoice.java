package dev.tokensidecar.config;

import dev.tokensidecar.egress.Authority;
import org.jspecify.annotations.Nullable;

/**
 * The value of {@code sidecar.proxy.url}.
 *
 * @param authority the proxy; null for {@code none}
 */
record ProxyChoice(@Nullable Authority authority) {}
