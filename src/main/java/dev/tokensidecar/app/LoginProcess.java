package dev.tokensidecar.app;

import dev.tokensidecar.cli.CommandFailure;
import dev.tokensidecar.cli.InvalidOption;
import dev.tokensidecar.cli.LoginOptions;
import dev.tokensidecar.cli.PersonLogin;
import dev.tokensidecar.cli.Terminal;
import dev.tokensidecar.config.ReadConfiguration;
import dev.tokensidecar.config.SettingsReader;
import dev.tokensidecar.config.SidecarSettings;
import dev.tokensidecar.config.TokenSettings;
import dev.tokensidecar.login.IssuedRefreshToken;
import dev.tokensidecar.login.LoginFailure;
import dev.tokensidecar.token.RefreshFailure;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.smallrye.config.SmallRyeConfig;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BooleanSupplier;

/** Logs a person in with the configuration of the sidecar, so that the refresh token suits the sidecar. */
final class LoginProcess implements PersonLogin {

    /** In the working directory. */
    private static final String REFRESH_TOKEN_FILE = "./refresh-token";

    /** How an exchange ends that has brought no response. */
    private static final Set<String> WITHOUT_RESPONSE =
            Set.of("connect_failed", "tls_failed", "timeout", "connection_lost");

    private final BooleanSupplier outputShown;

    /** @param outputShown whether people see the standard output */
    LoginProcess(BooleanSupplier outputShown) {
        this.outputShown = outputShown;
    }

    @Override
    public void run(LoginOptions options, Terminal terminal) {
        try {
            logIn(options, terminal);
        } catch (LoginFailure | ConfigurationException failure) {
            throw new CommandFailure(Objects.requireNonNull(failure.getMessage()), failure);
        } catch (RefreshFailure failure) {
            throw new CommandFailure(failure.detail() + cure(failure), failure);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure("interrupted: log in again", e);
        }
    }

    /** The other cures are about a sidecar that runs. */
    private static String cure(RefreshFailure failure) {
        return switch (failure) {
            case RefreshFailure.Misconfigured misconfigured -> misconfigured.explained() ? "" : ": " + failure.cure();
            case RefreshFailure.InvalidResponse invalid -> ": " + failure.cure();
            case RefreshFailure.Unavailable unavailable -> ": " + cure(unavailable);
            case RefreshFailure.InvalidGrant rejected -> ": log in again";
            case RefreshFailure.AuthorizationPending pending -> ": log in again";
        };
    }

    /** Without a response, the address may be wrong as well. */
    private static String cure(RefreshFailure.Unavailable failure) {
        return WITHOUT_RESPONSE.contains(failure.error())
                ? "check the address and that this host reaches it, or log in again later"
                : "log in again later";
    }

    private void logIn(LoginOptions options, Terminal terminal) throws InterruptedException {
        CheckedWay way = CheckedWay.of(options.way());
        String name = options.token() == null ? SidecarSettings.DEFAULT_TOKEN : options.token();
        SmallRyeConfig config = configuration(name, terminal);
        SidecarSettings settings = ServerConfiguration.settings(config, terminal.environment());
        TokenSettings token = Objects.requireNonNull(settings.tokens().get(name));
        requirePerson(name, token);
        LoginResults results = LoginResults.prepare(options.result(), token, outputShown);
        try (CommandConnections connections = CommandConnections.open(config, settings)) {
            DesktopBrowser browser = new DesktopBrowser(System.getProperty("os.name"), terminal.environment());
            new LoginWays(name, token, connections, browser, terminal)
                    .logIn(way, options.timeout(), issued -> deliver(issued, results, terminal));
        }
    }

    private static void deliver(IssuedRefreshToken issued, LoginResults results, Terminal terminal) {
        String place = results.deliver(issued.value(), terminal.out());
        terminal.err().println("Logged in. The refresh token is " + place + "." + validity(issued));
    }

    private static String validity(IssuedRefreshToken issued) {
        return issued.lifetime() == null
                ? ""
                : " It is valid for " + issued.lifetime().toMinutes() + " min, unless it is used.";
    }

    /** Names a place for the refresh token if the sidecar would miss one: it is this command that brings it. */
    private static SmallRyeConfig configuration(String name, Terminal terminal) {
        SmallRyeConfig config = ServerConfiguration.open();
        ReadConfiguration read = new SettingsReader(config, terminal.environment()).report();
        Set<String> names = read.settings().tokens().keySet();
        if (!names.contains(name)) {
            throw new InvalidOption(
                    "there is no token " + name + ": the configured ones are " + String.join(", ", names));
        }
        String place = SettingsReader.prefix(name) + "store.refresh-token-file";
        boolean missing = read.violations().stream().anyMatch(violation -> violation.startsWith(place + " is missing"));
        return missing ? ServerConfiguration.open(Map.of(place, REFRESH_TOKEN_FILE)) : config;
    }

    /** Rejects tokens for which nobody can log in, and a refresh token that the sidecar could not use. */
    private static void requirePerson(String name, TokenSettings token) {
        String prefix = SettingsReader.prefix(name);
        TokenSettings.GrantType grant = token.grant().type();
        boolean person = grant == TokenSettings.GrantType.REFRESH_TOKEN || grant == TokenSettings.GrantType.DEVICE_CODE;
        if (!person || token.refreshEndpoint() != null) {
            throw new CommandFailure("nobody logs in for the token " + name + ": " + prefix
                    + (person ? "refresh-endpoint.url does not speak OAuth" : "grant.type needs no person"));
        }
        TokenSettings.Client client = token.client();
        if (client.id() == null) {
            throw new CommandFailure(prefix + "client.id is missing: write it, the page of the server needs it");
        }
        boolean bound = client.dpop() != null
                && client.dpop().keyFile() == null
                && client.authenticationMethod() == TokenSettings.AuthenticationMethod.NONE;
        if (bound) {
            throw new CommandFailure(prefix + "client.dpop.key-file is missing: the refresh token of a public client"
                    + " works with the key that obtained it only, so this command and the sidecar need the same one");
        }
    }
}
