package dev.tokensidecar.app;

import dev.tokensidecar.config.TokenSettings;
import dev.tokensidecar.egress.Authority;
import java.net.URI;
import java.util.stream.Stream;

/** The addresses in the settings of a token. */
final class Addresses {

    private Addresses() {}

    static Stream<URI> of(TokenSettings settings) {
        TokenSettings.AuthorizationServerSettings server = settings.authorizationServer();
        URI refreshEndpoint = settings.refreshEndpoint() == null
                ? null
                : settings.refreshEndpoint().address();
        return Stream.of(server.issuer(), server.tokenEndpoint(), server.deviceAuthorizationEndpoint(), refreshEndpoint)
                .flatMap(Stream::ofNullable);
    }

    static boolean isPlainHttp(URI address) {
        return "http".equals(address.getScheme());
    }

    /** Returns whether others on the network can read the requests: plain HTTP to a host other than loopback. */
    static boolean isExposed(URI address) {
        String host = Authority.of(address).host();
        boolean loopback = host.equals("localhost") || host.startsWith("127.") || host.equals("[::1]");
        return isPlainHttp(address) && !loopback;
    }
}
