package dev.tokensidecar.login;

import java.time.Duration;
import java.util.Locale;

/** A login that has led to no refresh token. The message says what to do, in one line, and shows no credential. */
public final class LoginFailure extends RuntimeException {

    private static final long serialVersionUID = 1;

    public LoginFailure(String message) {
        super(message);
    }

    public LoginFailure(String message, Throwable cause) {
        super(message, cause);
    }

    static LoginFailure timeout(Duration timeout) {
        String shown = timeout.toString().substring("PT".length()).toLowerCase(Locale.ROOT);
        return new LoginFailure("nobody logged in within " + shown + ": try again, with a longer --timeout if need be");
    }
}
