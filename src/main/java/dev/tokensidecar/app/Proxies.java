package dev.tokensidecar.app;

import dev.tokensidecar.config.SidecarSettings.ProxyAddress;
import dev.tokensidecar.config.SidecarSettings.ProxySettings;
import dev.tokensidecar.egress.NoProxy;
import dev.tokensidecar.egress.ProxyRules;
import dev.tokensidecar.egress.ProxyServer;
import dev.tokensidecar.oauth2.keys.SecretFile;
import dev.tokensidecar.token.Secret;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Says which requests go through which proxy. */
final class Proxies {

    private Proxies() {}

    static ProxyRules rules(ProxySettings settings) {
        return new ProxyRules(
                server(settings.http(), settings.credentialsFile()),
                server(settings.https(), settings.credentialsFile()),
                NoProxy.of(settings.noProxy()));
    }

    private static @Nullable ProxyServer server(@Nullable ProxyAddress proxy, @Nullable Path credentialsFile) {
        return proxy == null
                ? null
                : new ProxyServer(proxy.authority(), credentials(proxy.credentials(), credentialsFile));
    }

    private static @Nullable Supplier<Secret> credentials(@Nullable Secret ofEnvironment, @Nullable Path file) {
        if (file != null) {
            SecretFile secrets = SecretFiles.required(file, "proxy credentials");
            return () -> secrets.read().getFirst();
        }
        return ofEnvironment == null ? null : () -> ofEnvironment;
    }
}
