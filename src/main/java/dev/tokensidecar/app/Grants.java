package dev.tokensidecar.app;

import dev.tokensidecar.config.TokenSettings;
import dev.tokensidecar.config.TokenSettings.GrantCredentials;
import dev.tokensidecar.oauth2.CallerGrant;
import dev.tokensidecar.oauth2.Grant;
import java.util.Objects;

/** Builds the grants that obtain tokens without a refresh token. */
final class Grants {

    private Grants() {}

    /** Builds the grant whose credential each caller brings. */
    static CallerGrant ofCallers(TokenSettings.GrantType type) {
        return type == TokenSettings.GrantType.JWT_BEARER
                ? new CallerGrant.AssertionGrant()
                : new CallerGrant.SubjectTokenGrant();
    }

    static Grant make(TokenSettings settings, Endpoints endpoints, SignedJwts signed) {
        GrantCredentials credentials = settings.grant().credentials();
        return switch (settings.grant().type()) {
            case REFRESH_TOKEN -> new Grant.RefreshTokenOnly();
            case CLIENT_CREDENTIALS -> new Grant.ClientCredentials();
            case JWT_BEARER -> new Grant.JwtBearer(signed.assertion(settings));
            case TOKEN_EXCHANGE ->
                new Grant.TokenExchange(
                        SecretFiles.required(credentials.subjectTokenFile(), "subject token"),
                        credentials.subjectTokenType(),
                        credentials.requestedTokenType());
            case PASSWORD ->
                new Grant.Password(
                        Objects.requireNonNull(credentials.username()),
                        SecretFiles.required(credentials.passwordFile(), "password"));
            case DEVICE_CODE -> new Grant.DeviceCodeGrant(endpoints.deviceAuthorization());
            case SELF_SIGNED -> throw new IllegalArgumentException("no token endpoint grants what the client signs");
        };
    }
}
