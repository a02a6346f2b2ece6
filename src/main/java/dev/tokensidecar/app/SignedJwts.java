package dev.tokensidecar.app;

import dev.tokensidecar.config.TokenSettings;
import dev.tokensidecar.config.TokenSettings.GrantType;
import dev.tokensidecar.config.TokenSettings.SignedAssertion;
import dev.tokensidecar.oauth2.GrantAssertion;
import dev.tokensidecar.oauth2.JwtSigner;
import dev.tokensidecar.oauth2.SelfSignedJwt;
import dev.tokensidecar.oauth2.keys.PrivateKeyFile;
import dev.tokensidecar.oauth2.keys.ServiceAccountFile;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Builds the assertions and access tokens that the sidecar signs itself. */
final class SignedJwts {

    private final InstantSource clock;
    private final SecureRandom random;

    SignedJwts(InstantSource clock, SecureRandom random) {
        this.clock = clock;
        this.random = random;
    }

    /** Builds what a token with the grant {@code jwt_bearer} presents: an assertion from a file, or a signed one. */
    GrantAssertion assertion(TokenSettings settings) {
        return settings.signedAssertion() == null
                ? new GrantAssertion.Issued(
                        SecretFiles.required(settings.grant().credentials().assertionFile(), "assertion"))
                : new GrantAssertion.SelfSigned(jwt(settings, settings.signedAssertion()));
    }

    /** Builds the access token of the grant {@code self_signed}. */
    SelfSignedJwt accessToken(TokenSettings settings) {
        return jwt(settings, Objects.requireNonNull(settings.signedAssertion()));
    }

    private SelfSignedJwt jwt(TokenSettings settings, SignedAssertion assertion) {
        boolean selfSigned = settings.grant().type() == GrantType.SELF_SIGNED;
        boolean bearer = selfSigned || settings.refreshEndpoint() != null;
        return new SelfSignedJwt(
                signer(settings, assertion),
                new SelfSignedJwt.Claims(
                        bearer ? SelfSignedJwt.Use.BEARER : SelfSignedJwt.Use.ASSERTION,
                        assertion.subject(),
                        assertion.audience() == null && !bearer
                                ? server(settings.authorizationServer())
                                : assertion.audience(),
                        selfSigned || assertion.scopeClaim() ? settings.grant().scope() : null,
                        assertion.claims(),
                        assertion.lifetime(),
                        assertion.clockSkew()),
                clock,
                random);
    }

    private static JwtSigner signer(TokenSettings settings, SignedAssertion assertion) {
        if (assertion.serviceAccountFile() != null) {
            return new JwtSigner.Account(new ServiceAccountFile(assertion.serviceAccountFile()));
        }
        @Nullable String clientId = settings.client().id();
        return new JwtSigner.KeyHolder(
                new PrivateKeyFile(Objects.requireNonNull(assertion.keyFile()), "assertion key"),
                assertion.signingAlgorithm(),
                assertion.keyId(),
                Objects.requireNonNull(assertion.issuer() == null ? clientId : assertion.issuer()));
    }

    /** The server by its issuer, or else by its token endpoint: one of the two is configured. */
    private static String server(TokenSettings.AuthorizationServerSettings server) {
        return Objects.requireNonNull(server.issuer() == null ? server.tokenEndpoint() : server.issuer())
                .toString();
    }
}
