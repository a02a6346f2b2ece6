package dev.tokensidecar.app;

import dev.tokensidecar.cli.CommandFailure;
import dev.tokensidecar.cli.LoginOptions.Way;
import dev.tokensidecar.cli.Terminal;
import dev.tokensidecar.config.SettingsReader;
import dev.tokensidecar.config.TokenSettings;
import dev.tokensidecar.config.TokenSettings.GrantType;
import dev.tokensidecar.login.CodeLogin;
import dev.tokensidecar.login.DeviceLogin;
import dev.tokensidecar.login.IssuedRefreshToken;
import dev.tokensidecar.login.LoginParameters;
import dev.tokensidecar.token.LoginPrompt;
import dev.tokensidecar.token.RefreshFailure.Misconfigured;
import java.net.URI;
import java.time.Duration;
import java.util.function.Consumer;

/** Logs a person in for one token: with a browser on this host, or on another device. */
final class LoginWays {

    private final String name;
    private final TokenSettings token;
    private final CommandConnections connections;
    private final LoginServers servers;
    private final DesktopBrowser browser;
    private final Terminal terminal;

    /** @param name the configured name of the token */
    LoginWays(
            String name,
            TokenSettings token,
            CommandConnections connections,
            DesktopBrowser browser,
            Terminal terminal) {
        this.name = name;
        this.token = token;
        this.connections = connections;
        this.servers = new LoginServers(name, token, connections);
        this.browser = browser;
        this.terminal = terminal;
    }

    /**
     * Waits until the person has logged in, and the refresh token is where it belongs.
     *
     * @param delivery takes the refresh token
     */
    void logIn(CheckedWay way, Duration timeout, Consumer<IssuedRefreshToken> delivery) throws InterruptedException {
        // nobody should log in for a client whose secret or key cannot be read
        servers.requireCredentials();
        if (onAnotherDevice(way.options())) {
            delivery.accept(IssuedRefreshToken.of(device().run(timeout)));
        } else {
            LoginParameters parameters = way.parameters().forScope(token.grant().scope());
            code(way.options()).run(way.redirect(), parameters, timeout, delivery);
        }
    }

    /** A host without a browser has its person log in elsewhere, if the server offers that. */
    private boolean onAnotherDevice(Way way) {
        if (way.device() || token.grant().type() == GrantType.DEVICE_CODE) {
            return true;
        }
        boolean here = !way.browser() || way.redirectUri() != null || browser.isAvailable();
        return !here && offersDeviceGrant();
    }

    private boolean offersDeviceGrant() {
        if (!servers.mayHaveDeviceEndpoint()) {
            return false;
        }
        try {
            var unused = servers.deviceEndpoint().locate().await().indefinitely();
            return true;
        } catch (Misconfigured unknown) {
            return false;
        }
    }

    private DeviceLogin device() {
        if (!servers.mayHaveDeviceEndpoint()) {
            String prefix = SettingsReader.prefix(name);
            throw new CommandFailure("the device authorization endpoint is unknown: set " + prefix
                    + "grant.type=device_code and " + prefix + "authorization-server.device-authorization-endpoint");
        }
        return new DeviceLogin(servers.device(), new SystemTime(), Thread::sleep, this::show);
    }

    private CodeLogin code(Way way) {
        return new CodeLogin(
                servers.browser(),
                connections.vertx(),
                connections.random(),
                address -> show(address, way.browser() && browser.isAvailable()));
    }

    private void show(URI address, boolean opened) {
        if (opened) {
            terminal.err().println("Your browser opens. If it does not, open this address:");
            browser.open(address);
        } else {
            terminal.err().println("Open this address in a browser on this host:");
        }
        terminal.err().println(address);
    }

    private void show(LoginPrompt prompt) {
        terminal.err().println("Open this address on any device: " + prompt.verificationUri());
        terminal.err().println("Enter this code there: " + prompt.userCode());
        if (prompt.verificationUriComplete() != null) {
            terminal.err().println("Or open both at once: " + prompt.verificationUriComplete());
        }
    }
}
