package dev.tokensidecar.app;

import dev.tokensidecar.api.ServerVerification;
import dev.tokensidecar.config.ForwardSettings;
import dev.tokensidecar.config.SidecarSettings;
import dev.tokensidecar.config.TokenSettings;
import dev.tokensidecar.token.LogValue;
import io.quarkus.tls.TlsConfigurationRegistry;
import java.net.URI;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** What can be configured and should not be; told at the start. */
final class Warnings {

    private static final Logger LOG = Logger.getLogger(Warnings.class);

    private final ServerVerifications verifications;

    Warnings(TlsConfigurationRegistry tls) {
        this.verifications = new ServerVerifications(tls);
    }

    void tell(SidecarSettings settings) {
        settings.tokens().forEach(this::tell);
        settings.forwards().forEach(this::tell);
    }

    private void tell(String token, TokenSettings settings) {
        Addresses.of(settings).filter(Addresses::isExposed).forEach(address -> plainHttp(token, address));
        if (!Addresses.of(settings).allMatch(Addresses::isPlainHttp)) {
            unverified("token", token, settings.authorizationServer().tlsConfigurationName());
        }
        plainText(token, settings.store());
        if (settings.grant().type() == TokenSettings.GrantType.PASSWORD) {
            LOG.warnf(
                    "the password grant hands a user's password to this client (RFC 9700 section 2.4 forbids it)"
                            + " token=%s cure=\"use device_code or refresh_token where the server has them\"",
                    LogValue.of(token));
        }
    }

    private static void plainText(String token, TokenSettings.Store store) {
        if (store.acceptPlainText()) {
            LOG.warnf(
                    "a refresh token in plain text is accepted although the store is encrypted token=%s"
                            + " cure=\"leave store.accept-plain-text out once a token was saved\"",
                    LogValue.of(token));
        }
    }

    private void tell(String forward, ForwardSettings settings) {
        if (Addresses.isExposed(settings.target())) {
            LOG.warnf(
                    "tokens travel without TLS forward=%s host=%s"
                            + " cure=\"use https, unless a service mesh encrypts this path\"",
                    LogValue.of(forward), LogValue.of(settings.target().getHost()));
        }
        if (!Addresses.isPlainHttp(settings.target())) {
            unverified("forward", forward, settings.tlsConfigurationName());
        }
    }

    /** RFC 6749 section 3.2 demands TLS; a mesh may provide it where nobody here can see it. */
    static void plainHttp(String token, URI address) {
        LOG.warnf(
                "credentials travel without TLS token=%s host=%s"
                        + " cure=\"use https, unless a service mesh encrypts this path\"",
                LogValue.of(token), LogValue.of(address.getHost()));
    }

    /** Such a switch is made for a test, and left on. */
    private void unverified(String kind, String name, @Nullable String tlsConfiguration) {
        String group = tlsConfiguration == null ? "quarkus.tls." : "quarkus.tls." + tlsConfiguration + ".";
        ServerVerification.Extent extent = verifications.byTls(tlsConfiguration);
        if (extent == ServerVerification.Extent.NONE) {
            LOG.warnf(
                    "any certificate is accepted, so whoever is on the path gets what is sent %s=%s key=%s"
                            + " cure=\"leave the key out, and name the authority in quarkus.tls.<name>.trust-store\"",
                    LogValue.of(kind), LogValue.of(name), LogValue.of(group + "trust-all"));
        } else if (extent == ServerVerification.Extent.CHAIN_ONLY) {
            LOG.warnf(
                    "host names are not verified, so whoever has a certificate for any name gets what is sent"
                            + " %s=%s key=%s"
                            + " cure=\"leave the key out, and have a certificate issued for the name in the address\"",
                    LogValue.of(kind), LogValue.of(name), LogValue.of(group + "hostname-verification-algorithm"));
        }
    }
}
