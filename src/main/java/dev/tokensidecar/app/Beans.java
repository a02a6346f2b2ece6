package dev.tokensidecar.app;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tokensidecar.api.Parameters;
import dev.tokensidecar.api.ScopesOfTokens;
import dev.tokensidecar.api.ServerVerification;
import dev.tokensidecar.config.SettingsReader;
import dev.tokensidecar.config.SidecarSettings;
import dev.tokensidecar.ingress.CallerProof;
import dev.tokensidecar.ingress.Guard;
import dev.tokensidecar.token.CallerGroups;
import dev.tokensidecar.token.TimeSource;
import dev.tokensidecar.token.TokenServices;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.quarkus.tls.TlsConfigurationRegistry;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.eclipse.microprofile.config.Config;
import org.jspecify.annotations.Nullable;

/** Makes everything there is one of, and hands each part plain values. */
final class Beans {

    @Produces
    @Singleton
    SidecarSettings settings(Config config) {
        return new SettingsReader(config, System.getenv()).read();
    }

    @Produces
    @Singleton
    TimeSource time() {
        return new SystemTime();
    }

    @Produces
    @Singleton
    TokenServices services(
            SidecarSettings settings,
            TimeSource time,
            Outgoing outgoing,
            TlsConfigurationRegistry tls,
            MeterRegistry meters,
            Tracing tracing,
            CallerGroups callers) {
        return new TokenFactory(time, outgoing.vertx(), tls, single(meters), tracing, callers).make(settings.tokens());
    }

    @Produces
    @Singleton
    CallerGroups callers() {
        return new PeerUsers();
    }

    /** Without the composite around it, which goes through its list of one at each count. */
    private static MeterRegistry single(MeterRegistry meters) {
        return meters instanceof CompositeMeterRegistry composite
                        && composite.getRegistries().size() == 1
                ? composite.getRegistries().iterator().next()
                : meters;
    }

    @Produces
    @Singleton
    Map<String, Parameters> parameters(SidecarSettings settings) {
        return settings.tokens().entrySet().stream()
                .collect(Collectors.toUnmodifiableMap(
                        Map.Entry::getKey,
                        token -> new Parameters(
                                token.getValue().http().maxWait(),
                                token.getValue().authorizationServer().timeout())));
    }

    @Produces
    @Singleton
    ScopesOfTokens scopes(SidecarSettings settings) {
        Map<String, @Nullable String> configured = new LinkedHashMap<>();
        settings.tokens()
                .forEach((name, token) -> configured.put(name, token.grant().scope()));
        return new ScopesOfTokens(configured);
    }

    @Produces
    @Singleton
    ServerVerification verification(SidecarSettings settings, TlsConfigurationRegistry tls) {
        return new ServerVerifications(tls).of(settings);
    }

    @Produces
    @Singleton
    CallerProof proof(SidecarSettings settings) {
        SidecarSettings.Header header = settings.guard().requiredHeader();
        return new CallerProof(
                header == null ? null : header.name(),
                header == null ? null : header.value(),
                SecretFiles.optional(settings.guard().callerSecretFile(), "caller secret"));
    }

    @Produces
    @Singleton
    Guard guard(ObjectMapper json, CallerProof proof) {
        return new Guard(json, proof);
    }
}
