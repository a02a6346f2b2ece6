package dev.tokensidecar.app;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tokensidecar.cli.InvalidOption;
import dev.tokensidecar.cli.LoginOptions.Delivery;
import dev.tokensidecar.cli.LoginOptions.DeliveryFormat;
import dev.tokensidecar.config.TokenSettings;
import dev.tokensidecar.login.LoginFailure;
import dev.tokensidecar.login.OutputFile;
import dev.tokensidecar.login.ResultFormat;
import dev.tokensidecar.login.SecretManifest;
import dev.tokensidecar.token.Secret;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Delivers a refresh token, after a login that this has made sure is not in vain.
 *
 * @param format the form of the result
 * @param file where it goes; null for the standard output
 * @param place the same for people; empty for the standard output
 */
record LoginResults(ResultFormat format, @Nullable OutputFile file, String place) {

    /**
     * Checks everything that can be checked before the login.
     *
     * @param shown whether the standard output is a terminal
     * @throws InvalidOption if an option does not fit
     * @throws LoginFailure if the file cannot be written
     */
    static LoginResults prepare(Delivery wanted, TokenSettings settings, BooleanSupplier shown) {
        ResultFormat format = format(wanted, settings);
        Path file = file(wanted, settings);
        if (file.equals(Delivery.STANDARD_OUTPUT)) {
            if (!wanted.shown() && shown.getAsBoolean()) {
                throw new InvalidOption("the refresh token would appear on the terminal: pipe the output into a program"
                        + " such as kubectl, name a file with --file, or add --show");
            }
            return new LoginResults(format, null, "");
        }
        return new LoginResults(format, OutputFile.prepare(file, wanted.replace()), file.toString());
    }

    private static Path file(Delivery wanted, TokenSettings settings) {
        if (wanted.file() != null) {
            return wanted.file();
        }
        return wanted.format() == DeliveryFormat.TOKEN
                ? Objects.requireNonNullElse(settings.store().refreshTokenFile(), Delivery.STANDARD_OUTPUT)
                : Delivery.STANDARD_OUTPUT;
    }

    private static ResultFormat format(Delivery wanted, TokenSettings settings) {
        return switch (wanted.format()) {
            case TOKEN -> new ResultFormat.Alone();
            case KUBECTL_PATCH -> new ResultFormat.Patch();
            case SECRET -> manifest(wanted, settings);
        };
    }

    private static SecretManifest manifest(Delivery wanted, TokenSettings settings) {
        TokenSettings.Client client = settings.client();
        try {
            return new SecretManifest(
                    wanted.secret(),
                    wanted.namespace(),
                    Objects.toString(settings.authorizationServer().issuer(), null),
                    Objects.requireNonNull(client.id()),
                    client.secretFile() == null
                            ? null
                            : ClientAuthentications.secret(client).read().getFirst());
        } catch (IllegalArgumentException invalid) {
            throw new InvalidOption(Objects.requireNonNull(invalid.getMessage()));
        }
    }

    /** Delivers the refresh token; returns where it is, for people. */
    String deliver(Secret refreshToken, PrintStream out) {
        Secret result = format.render(refreshToken);
        if (file == null) {
            byte[] bytes = result.reveal().getBytes(UTF_8);
            out.write(bytes, 0, bytes.length);
            if (out.checkError()) {
                throw new LoginFailure("the output cannot be written: see what reads it, and log in again");
            }
            return "on the standard output";
        }
        file.write(result);
        return "in " + place;
    }
}
