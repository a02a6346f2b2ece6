package dev.tokensidecar.app;

import dev.tokensidecar.config.ForwardSettings;
import dev.tokensidecar.config.TokenSettings;
import java.net.URI;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/** What can be configured and should not be; told once, at the start. */
final class Warnings {

    private static final Logger LOG = Logger.getLogger(Warnings.class);

    private Warnings() {}

    static void tell(String token, TokenSettings settings) {
        addresses(settings).filter(Warnings::isPlain).forEach(address -> plainHttp(token, address));
        tellOfPlainText(token, settings.store());
        if (settings.grant().type() == TokenSettings.GrantType.PASSWORD) {
            LOG.warnf(
                    "the password grant hands a user's password to this client (RFC 9700 section 2.4 forbids it)"
                            + " token=%s cure=\"use device_code or refresh_token where the server has them\"",
                    token);
        }
    }

    private static void tellOfPlainText(String token, TokenSettings.Store store) {
        if (store.acceptPlainText()) {
            LOG.warnf(
                    "a refresh token in plain text is accepted although the store is encrypted token=%s"
                            + " cure=\"leave store.accept-plain-text out once a token was saved\"",
                    token);
        }
    }

    static void tell(String forward, ForwardSettings settings) {
        if (isPlain(settings.target())) {
            LOG.warnf(
                    "tokens travel without TLS forward=%s host=%s"
                            + " cure=\"use https, unless a service mesh encrypts this path\"",
                    forward, settings.target().getHost());
        }
    }

    private static Stream<URI> addresses(TokenSettings settings) {
        TokenSettings.AuthorizationServer server = settings.authorizationServer();
        URI refreshEndpoint = settings.refreshEndpoint() == null
                ? null
                : settings.refreshEndpoint().url();
        return Stream.of(server.issuer(), server.tokenEndpoint(), server.deviceAuthorizationEndpoint(), refreshEndpoint)
                .flatMap(Stream::ofNullable);
    }

    /** RFC 6749 section 3.2 demands TLS; a mesh may provide it where nobody here can see it. */
    private static void plainHttp(String token, URI address) {
        LOG.warnf(
                "credentials travel without TLS token=%s host=%s"
                        + " cure=\"use https, unless a service mesh encrypts this path\"",
                token, address.getHost());
    }

    private static boolean isPlain(URI address) {
        String host = address.getHost();
        boolean loopback = host.equals("localhost") || host.startsWith("127.") || host.equals("[::1]");
        return "http".equals(address.getScheme()) && !loopback;
    }
}
