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
        return new LoginFailure(nobody(timeout) + ": try again, with a longer --timeout if need be");
    }

    /** The login took place somewhere else, or it was that of an earlier command. */
    static LoginFailure timeoutAfterOtherResponse(Duration timeout) {
        return new LoginFailure(nobody(timeout) + ", but a response came that has another state than this login: try"
                + " again, and open the address that the command shows then");
    }

    private static String nobody(Duration timeout) {
        return "nobody logged in within "
                + timeout.toString().substring("PT".length()).toLowerCase(Locale.ROOT);
    }
}
