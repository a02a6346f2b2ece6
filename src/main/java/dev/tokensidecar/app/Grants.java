package dev.tokensidecar.app;

import dev.tokensidecar.config.TokenSettings;
import dev.tokensidecar.config.TokenSettings.GrantCredentials;
import dev.tokensidecar.oauth2.Grant;
import dev.tokensidecar.oauth2.SecretFile;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Turns settings into what is done without a refresh token. */
final class Grants {

    private Grants() {}

    static Grant make(TokenSettings.Grant settings, Endpoints endpoints) {
        GrantCredentials credentials = settings.credentials();
        return switch (settings.type()) {
            case REFRESH_TOKEN -> new Grant.RefreshTokenOnly();
            case CLIENT_CREDENTIALS -> new Grant.ClientCredentials();
            case JWT_BEARER -> new Grant.JwtBearer(file(credentials.assertionFile(), "assertion"));
            case TOKEN_EXCHANGE ->
                new Grant.TokenExchange(
                        file(credentials.subjectTokenFile(), "subject token"),
                        credentials.subjectTokenType(),
                        credentials.requestedTokenType());
            case PASSWORD ->
                new Grant.Password(
                        Objects.requireNonNull(credentials.username()), file(credentials.passwordFile(), "password"));
            case DEVICE_CODE -> new Grant.DeviceCode(endpoints.deviceAuthorization());
        };
    }

    private static SecretFile file(@Nullable Path path, String name) {
        return new SecretFile(Objects.requireNonNull(path), name);
    }
}
