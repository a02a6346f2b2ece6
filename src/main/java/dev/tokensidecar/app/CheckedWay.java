package dev.tokensidecar.app;

import dev.tokensidecar.cli.InvalidOption;
import dev.tokensidecar.cli.LoginOptions.Way;
import dev.tokensidecar.login.LoginParameters;
import dev.tokensidecar.login.RedirectAddress;
import java.net.URI;
import java.util.Objects;

/**
 * How a person logs in, with options that can be used.
 *
 * @param options the options
 * @param redirect the redirect URI of a login with a browser
 * @param parameters further parameters of the authorization request
 */
record CheckedWay(Way options, RedirectAddress redirect, LoginParameters parameters) {

    /**
     * Checks the options, before anything else is looked at.
     *
     * @throws InvalidOption if one does not fit
     */
    static CheckedWay of(Way options) {
        try {
            RedirectAddress redirect = options.redirectUri() == null
                    ? RedirectAddress.DEFAULT
                    : new RedirectAddress(URI.create(options.redirectUri()));
            return new CheckedWay(options, redirect, new LoginParameters(options.parameters()));
        } catch (IllegalArgumentException invalid) {
            throw new InvalidOption(Objects.requireNonNull(invalid.getMessage()));
        }
    }
}
