package dev.tokensidecar.app;

import dev.tokensidecar.config.TokenSettings;
import dev.tokensidecar.config.TokenSettings.Assertion;
import dev.tokensidecar.oauth2.ClientAssertion;
import dev.tokensidecar.oauth2.ClientAuthentication;
import dev.tokensidecar.oauth2.keys.CertificateFile;
import dev.tokensidecar.oauth2.keys.PrivateKeyFile;
import dev.tokensidecar.oauth2.keys.SecretFile;
import dev.tokensidecar.oauth2.keys.SigningAlgorithm;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Builds the client authentication of a token from its settings. */
final class ClientAuthentications {

    private final InstantSource clock;
    private final SecureRandom random;

    ClientAuthentications(InstantSource clock, SecureRandom random) {
        this.clock = clock;
        this.random = random;
    }

    ClientAuthentication make(TokenSettings settings) {
        TokenSettings.Client client = settings.client();
        return switch (client.authenticationMethod()) {
            case CLIENT_SECRET_BASIC ->
                new ClientAuthentication.ClientSecretBasic(
                        id(client), secret(client), client.basicEncoding() == TokenSettings.BasicEncoding.FORM);
            case CLIENT_SECRET_POST -> new ClientAuthentication.ClientSecretPost(id(client), secret(client));
            case CLIENT_SECRET_JWT -> clientSecretJwt(settings);
            case PRIVATE_KEY_JWT -> privateKeyJwt(settings);
            case CLIENT_ASSERTION ->
                new ClientAuthentication.IssuedAssertion(
                        client.id(), SecretFiles.required(client.assertion().file(), "client assertion"));
            case TLS_CLIENT_AUTH, SELF_SIGNED_TLS_CLIENT_AUTH -> new ClientAuthentication.ClientIdOnly(id(client));
            case NONE ->
                client.id() == null
                        ? new ClientAuthentication.Unauthenticated()
                        : new ClientAuthentication.ClientIdOnly(client.id());
        };
    }

    private ClientAuthentication clientSecretJwt(TokenSettings settings) {
        SigningAlgorithm algorithm = settings.client().assertion().signingAlgorithm();
        return new ClientAuthentication.ClientSecretJwt(
                secret(settings.client()), algorithm == null ? SigningAlgorithm.HS256 : algorithm, assertion(settings));
    }

    private ClientAuthentication privateKeyJwt(TokenSettings settings) {
        Assertion assertion = settings.client().assertion();
        return new ClientAuthentication.PrivateKeyJwt(
                new PrivateKeyFile(Objects.requireNonNull(assertion.keyFile())),
                assertion.signingAlgorithm(),
                assertion.keyId(),
                assertion.certificateFile() == null ? null : new CertificateFile(assertion.certificateFile()),
                assertion(settings));
    }

    private ClientAssertion assertion(TokenSettings settings) {
        return new ClientAssertion(id(settings.client()), audience(settings), clock, random);
    }

    /** @return null for the address of the token endpoint, which may have to be discovered first */
    private static @Nullable String audience(TokenSettings settings) {
        String audience = settings.client().assertion().audience();
        if (audience == null || audience.equals(Assertion.ISSUER)) {
            return Objects.toString(settings.authorizationServer().issuer(), null);
        }
        return audience.equals(Assertion.TOKEN_ENDPOINT) ? null : audience;
    }

    private static String id(TokenSettings.Client client) {
        return Objects.requireNonNull(client.id());
    }

    static SecretFile secret(TokenSettings.Client client) {
        return SecretFiles.required(client.secretFile(), "client secret");
    }
}
