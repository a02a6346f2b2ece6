package dev.tokensidecar.app;

import dev.tokensidecar.api.ServerVerification;
import dev.tokensidecar.config.ForwardSettings;
import dev.tokensidecar.config.IntrospectionSettings;
import dev.tokensidecar.config.MisspeltQuarkusKeys;
import dev.tokensidecar.config.SidecarSettings;
import dev.tokensidecar.config.TokenSettings;
import dev.tokensidecar.egress.Authority;
import dev.tokensidecar.token.LogValue;
import io.quarkus.tls.TlsConfigurationRegistry;
import java.net.URI;
import java.util.Map;
import org.eclipse.microprofile.config.Config;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Warns at the start about settings that are allowed but risky. */
final class Warnings {

    private static final Logger LOG = Logger.getLogger(Warnings.class);

    private final ServerVerifications verifications;

    Warnings(TlsConfigurationRegistry tls) {
        this.verifications = new ServerVerifications(tls);
    }

    void log(SidecarSettings settings) {
        settings.tokens().forEach(this::log);
        settings.tokens().forEach((token, itsSettings) -> podUid(token, itsSettings.store(), settings.pod()));
        settings.forwards().forEach(this::log);
        settings.introspections().forEach(this::log);
        SocketWarnings.log(settings);
    }

    /** Quarkus ignores variables that it does not know. */
    void log(Config config, Map<String, String> environment) {
        MisspeltQuarkusKeys.find(config, environment)
                .forEach((written, meant) -> LOG.warnf(
                        "a key of Quarkus is probably misspelt, and ignored key=%s nearest=%s"
                                + " cure=\"write the nearest name\"",
                        LogValue.of(written), LogValue.of(meant)));
    }

    private void log(String token, TokenSettings settings) {
        Addresses.of(settings).filter(Addresses::isExposed).forEach(address -> plainHttp(token, address));
        if (!Addresses.of(settings).allMatch(Addresses::isPlainHttp)) {
            unverified("token", token, settings.authorizationServer().tlsConfigurationName());
        }
        plainText(token, settings.store());
        if (settings.grant().type() == TokenSettings.GrantType.PASSWORD) {
            LOG.warnf(
                    "the password grant hands a user's password to this client (RFC 9700 section 2.4 forbids it)"
                            + " token=%s cure=\"use device_code or refresh_token if the server supports them\"",
                    LogValue.of(token));
        }
    }

    private static void plainText(String token, TokenSettings.Store store) {
        if (store.acceptPlainText()) {
            LOG.warnf(
                    "the encrypted store accepts a refresh token in plain text token=%s"
                            + " cure=\"remove store.accept-plain-text once the store has saved a token\"",
                    LogValue.of(token));
        }
    }

    private static void podUid(String token, TokenSettings.Store store, SidecarSettings.PodSettings pod) {
        if (store.kubernetes() != null && pod.uid() == null) {
            LOG.warnf(
                    "a restarted sidecar cannot recognize its own claim and waits before it refreshes token=%s"
                            + " cure=\"set SIDECAR_POD_UID to metadata.uid of the Downward API\"",
                    LogValue.of(token));
        }
    }

    private void log(String forward, ForwardSettings settings) {
        if (Addresses.isExposed(settings.target())) {
            LOG.warnf(
                    "tokens are sent without TLS forward=%s host=%s"
                            + " cure=\"use https, unless a service mesh encrypts this path\"",
                    LogValue.of(forward),
                    LogValue.of(Authority.of(settings.target()).host()));
        }
        if (!Addresses.isPlainHttp(settings.target())) {
            unverified("forward", forward, settings.tlsConfigurationName());
        }
    }

    private void log(String name, IntrospectionSettings settings) {
        if (settings.method().usesServer()) {
            server(name, settings.askedServer());
        }
        URI address = settings.keySource();
        if (!settings.method().usesKeys()) {
            return;
        }
        if (Addresses.isExposed(address)) {
            LOG.warnf(
                    "keys are fetched without TLS, anyone on the network path can replace them and make tokens"
                            + " introspection=%s host=%s"
                            + " cure=\"use https, unless a service mesh encrypts this path\"",
                    LogValue.of(name), LogValue.of(Authority.of(address).host()));
        }
        if (!Addresses.isPlainHttp(address)) {
            unverified("introspection", name, settings.keys().tlsConfigurationName());
        }
    }

    private static void server(String introspection, URI address) {
        if (Addresses.isExposed(address)) {
            LOG.warnf(
                    "tokens and the credentials of the client are sent without TLS introspection=%s host=%s"
                            + " cure=\"use https, unless a service mesh encrypts this path\"",
                    LogValue.of(introspection),
                    LogValue.of(Authority.of(address).host()));
        }
    }

    /** RFC 6749 section 3.2 requires TLS. A service mesh may provide it, which the sidecar cannot see. */
    static void plainHttp(String token, URI address) {
        LOG.warnf(
                "credentials are sent without TLS token=%s host=%s"
                        + " cure=\"use https, unless a service mesh encrypts this path\"",
                LogValue.of(token), LogValue.of(Authority.of(address).host()));
    }

    /** Somebody may have turned verification off for a test and forgotten it. */
    private void unverified(String kind, String name, @Nullable String tlsConfiguration) {
        String group = tlsConfiguration == null ? "quarkus.tls." : "quarkus.tls." + tlsConfiguration + ".";
        ServerVerification.Extent extent = verifications.byTls(tlsConfiguration);
        if (extent == ServerVerification.Extent.NONE) {
            LOG.warnf(
                    "TLS accepts any certificate, anyone on the network path can read the traffic %s=%s key=%s"
                            + " cure=\"remove the key, and configure the CA in quarkus.tls.<name>.trust-store\"",
                    LogValue.of(kind), LogValue.of(name), LogValue.of(group + "trust-all"));
        } else if (extent == ServerVerification.Extent.CHAIN_ONLY) {
            LOG.warnf(
                    "TLS does not verify host names, anyone on the network path with a trusted certificate can read the"
                            + " traffic %s=%s key=%s"
                            + " cure=\"remove the key, and use a certificate for the host name in the address\"",
                    LogValue.of(kind), LogValue.of(name), LogValue.of(group + "hostname-verification-algorithm"));
        }
    }
}
