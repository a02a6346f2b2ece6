package dev.tokensidecar.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Suggests the key that an unknown name probably means. */
class NearestNameTest {

    /** The written name and the meant one, both without the first word. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        # an omitted group
        TOKEN_SCOPE                      | TOKEN_GRANT_SCOPE
        TOKEN_AUDIENCE                   | TOKEN_GRANT_AUDIENCE
        TOKEN_USERNAME                   | TOKEN_GRANT_USERNAME
        TOKEN_PASSWORD_FILE              | TOKEN_GRANT_PASSWORD_FILE
        TOKEN_ISSUER                     | TOKEN_AUTHORIZATION_SERVER_ISSUER
        TOKEN_SERVER_ISSUER              | TOKEN_AUTHORIZATION_SERVER_ISSUER
        TOKEN_ENDPOINT                   | TOKEN_AUTHORIZATION_SERVER_TOKEN_ENDPOINT
        TOKEN_TOKEN_ENDPOINT             | TOKEN_AUTHORIZATION_SERVER_TOKEN_ENDPOINT
        TOKEN_KEY_FILE                   | TOKEN_CLIENT_KEY_FILE
        TOKEN_MAX_WAIT                   | TOKEN_HTTP_MAX_WAIT
        TOKEN_JITTER                     | TOKEN_REFRESH_JITTER
        TOKEN_EXPIRES_IN_UNIT            | TOKEN_AUTHORIZATION_SERVER_EXPIRES_IN_UNIT
        ISSUER                           | TOKEN_AUTHORIZATION_SERVER_ISSUER
        CLIENT_ID                        | TOKEN_CLIENT_ID
        GRANT_TYPE                       | TOKEN_GRANT_TYPE
        GRACE_PERIOD                     | SHUTDOWN_GRACE_PERIOD
        # a secret in place of its file
        TOKEN_REFRESH_TOKEN              | TOKEN_STORE_REFRESH_TOKEN_FILE
        TOKEN_REFRESH_TOKEN_FILE         | TOKEN_STORE_REFRESH_TOKEN_FILE
        TOKEN_CLIENT_SECRET              | TOKEN_CLIENT_SECRET_FILE
        TOKEN_CLIENT_KEY                 | TOKEN_CLIENT_KEY_FILE
        TOKEN_STORE_ENCRYPTION_KEY       | TOKEN_STORE_ENCRYPTION_KEY_FILE
        GUARD_CALLER_SECRET              | GUARD_CALLER_SECRET_FILE
        # other forms of words, or other separators
        TOKEN_GRANT_SCOPES               | TOKEN_GRANT_SCOPE
        TOKEN_AUTH_SERVER_ISSUER         | TOKEN_AUTHORIZATION_SERVER_ISSUER
        TOKEN_AUTHORISATION_SERVER_ISSUER | TOKEN_AUTHORIZATION_SERVER_ISSUER
        TOKEN_CLIENT_AUTH_METHOD         | TOKEN_CLIENT_AUTHENTICATION_METHOD
        TOKEN_CLIENT_AUTH                | TOKEN_CLIENT_AUTHENTICATION_METHOD
        TOKEN_CLIENT_CERT_FILE           | TOKEN_CLIENT_CERTIFICATE_FILE
        TOKEN_CLIENTID                   | TOKEN_CLIENT_ID
        TOKEN_KEYFILE                    | TOKEN_CLIENT_KEY_FILE
        TOKEN_REFRESH_BACKOFF_MAX        | TOKEN_REFRESH_BACK_OFF_MAX
        TOKEN_STORE_TIME_OUT             | TOKEN_STORE_TIMEOUT
        TOKEN_USER_NAME                  | TOKEN_GRANT_USERNAME
        TOKEN_REFRESH_REMAINING_MIN      | TOKEN_REFRESH_MIN_REMAINING
        SHUTDOWN_PRESTOP_DELAY           | SHUTDOWN_PRE_STOP_DELAY
        # wrong letters
        TOKEN_STORE_FLIE                 | TOKEN_STORE_FILE
        TOKEN_REFRESH_AHAED              | TOKEN_REFRESH_AHEAD
        TOKEN_CLEINT_SECRET_FILE         | TOKEN_CLIENT_SECRET_FILE
        # a route
        FORWARD_TARGET                   | FORWARD_<NAME>_TARGET
        FORWARD_ORDERS_TRAGET            | FORWARD_<NAME>_TARGET
        """)
    void findsTheKeyThatWasMeant(String written, String meant) {
        assertThat(suggestion("SIDECAR_" + written)).isEqualTo("SIDECAR_" + meant);
        assertThat(NearestName.of(
                        key(written), SettingsReader.keys(Given.nothing().config())))
                .satisfies(key -> assertThat(UnknownKeys.variable(key)).isEqualTo("SIDECAR_" + meant));
    }

    @ParameterizedTest
    @CsvSource({
        "SIDECAR_LOG_LEVEL, QUARKUS_LOG_LEVEL",
        "SIDECAR_LOGLEVEL, QUARKUS_LOG_LEVEL",
        "SIDECAR_HTTP_PORT, QUARKUS_HTTP_PORT",
        "SIDECAR_LOG_JSON, QUARKUS_LOG_CONSOLE_JSON_ENABLED",
    })
    void mayFindAKeyOfQuarkus(String written, String meant) {
        assertThat(suggestion(written)).isEqualTo(meant);
    }

    @Test
    void findsTheKeyOfTheNamedToken() {
        Given given = Given.minimal().andMinimal("sidecar.tokens.invoices.");

        assertThat(suggestion(given, "SIDECAR_TOKENS_INVOICES_SCOPE")).isEqualTo("SIDECAR_TOKENS_INVOICES_GRANT_SCOPE");
    }

    private static String key(String written) {
        return "sidecar." + written.toLowerCase(Locale.ROOT).replace('_', '.');
    }

    private static String suggestion(String written) {
        return suggestion(Given.minimal(), written);
    }

    private static String suggestion(Given given, String written) {
        String start = "environment variable " + written + " is not known: did you mean ";
        return given.variable(written, "x").violations().stream()
                .filter(violation -> violation.startsWith(start))
                .map(violation -> violation.substring(start.length(), violation.length() - 1))
                .findFirst()
                .orElseThrow();
    }
}
