package dev.tokensidecar.login;

import dev.tokensidecar.token.Secret;
import dev.tokensidecar.token.SuccessfulResponse;
import dev.tokensidecar.token.TokenResponse;
import dev.tokensidecar.token.UnusableResponse;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The first refresh token of a session.
 *
 * @param value the refresh token
 * @param lifetime how long it is valid without use; null if the server does not say
 */
public record IssuedRefreshToken(Secret value, @Nullable Duration lifetime) {

    /**
     * Takes the refresh token from a response. The access token does not matter, even if nobody could use it.
     *
     * @throws LoginFailure if the server has issued no refresh token
     */
    public static IssuedRefreshToken of(SuccessfulResponse response) {
        return switch (response) {
            case UnusableResponse unusable ->
                new IssuedRefreshToken(unusable.refreshToken(), unusable.refreshTokenLifetime());
            case TokenResponse tokens -> {
                if (tokens.refreshToken() == null) {
                    throw new LoginFailure("the login succeeded, but the server issued no refresh token: ask for one,"
                            + " with the scope offline_access in grant.scope, or at Google with"
                            + " --authorization-parameter access_type=offline --authorization-parameter"
                            + " prompt=consent; and allow the client the grant refresh_token");
                }
                yield new IssuedRefreshToken(tokens.refreshToken(), tokens.refreshTokenLifetime());
            }
        };
    }
}
