package dev.tokensidecar.app;

import dev.tokensidecar.api.ServerVerification;
import dev.tokensidecar.api.ServerVerification.Extent;
import dev.tokensidecar.config.ForwardSettings;
import dev.tokensidecar.config.IntrospectionSettings;
import dev.tokensidecar.config.SidecarSettings;
import dev.tokensidecar.config.TokenSettings;
import io.quarkus.tls.TlsConfiguration;
import io.quarkus.tls.TlsConfigurationRegistry;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Determines how far the sidecar verifies servers, from their addresses and TLS configurations. */
final class ServerVerifications {

    /** The value of {@code hostname-verification-algorithm} that disables the check of host names. */
    private static final String OFF = "NONE";

    private final TlsConfigurationRegistry tls;

    ServerVerifications(TlsConfigurationRegistry tls) {
        this.tls = tls;
    }

    ServerVerification of(SidecarSettings settings) {
        Map<String, Extent> tokens = new LinkedHashMap<>();
        settings.tokens().forEach((name, token) -> tokens.put(name, of(token)));
        Map<String, Extent> issuers = new LinkedHashMap<>();
        settings.introspections().forEach((name, issuer) -> issuers.put(name, of(issuer)));
        Map<String, Extent> forwards = new LinkedHashMap<>();
        settings.forwards().forEach((name, forward) -> forwards.put(name, of(forward)));
        return new ServerVerification(tokens, issuers, forwards);
    }

    private Extent of(TokenSettings token) {
        return Addresses.of(token).anyMatch(Addresses::isPlainHttp)
                ? Extent.NONE
                : byTls(token.authorizationServer().tlsConfigurationName());
    }

    private Extent of(IntrospectionSettings issuer) {
        return Addresses.isPlainHttp(issuer.keySource())
                ? Extent.NONE
                : byTls(issuer.keys().tlsConfigurationName());
    }

    private Extent of(ForwardSettings forward) {
        return Addresses.isPlainHttp(forward.target()) ? Extent.NONE : byTls(forward.tlsConfigurationName());
    }

    /** @param name null for the default configuration of the process */
    Extent byTls(@Nullable String name) {
        Optional<TlsConfiguration> configuration = name == null ? tls.getDefault() : tls.get(name);
        if (configuration.map(TlsConfiguration::isTrustAll).orElse(false)) {
            return Extent.NONE;
        }
        return configuration
                        .flatMap(TlsConfiguration::getHostnameVerificationAlgorithm)
                        .filter(OFF::equals)
                        .isPresent()
                ? Extent.CHAIN_ONLY
                : Extent.FULL;
    }
}
