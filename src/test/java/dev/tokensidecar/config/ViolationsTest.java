package dev.tokensidecar.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ViolationsTest {

    private static final String DURATION = "write a number with a unit, such as 500ms, 30s or 5m";
    private static final String URL =
            "cannot be used: write an absolute https URL (http only on a trusted path), such as"
                    + " https://host.example.com/path, without user name, fragment and spaces";
    private static final String PATH =
            "is not a path and is not shown, since it may be the secret itself: write the path of"
                    + " the file, beginning with / or ./ and without = or +";

    static String[][] unusableValues() {
        return new String[][] {
            {"refresh.ahead", "60 secs", "= '60 secs' cannot be used: " + DURATION},
            {"refresh.ahead", "99999999999999999999s", "= '99999999999999999999s' cannot be used: " + DURATION},
            {"refresh.ahead", "-1s", "must be between zero and ten years: " + DURATION},
            {"refresh.ahead", "-1ms", "must be between zero and ten years: " + DURATION},
            {"refresh.throttled-max", "3651d", "must be between zero and ten years: " + DURATION},
            {"refresh.throttled-max", "9999999999999d", "must be between zero and ten years: " + DURATION},
            {"refresh.ahead", "0s", "must be at least 1ms: " + DURATION},
            {"store.timeout", "PT0.0001S", "must be at least 1ms: " + DURATION},
            {"refresh.jitter", "-0.1", "must be between 0 and 0.5"},
            {"refresh.jitter", "0.6", "must be between 0 and 0.5"},
            {"refresh.jitter", "NaN", "must be between 0 and 0.5"},
            {"refresh.jitter", "10%", "= '10%' cannot be used: write a number such as 0.1"},
            {"http.max-waiters", "0", "must be at least 1"},
            {"http.max-waiters", "-1", "must be at least 1"},
            {"http.max-waiters", "1e4", "= '1e4' cannot be used: write a whole number"},
            {"http.max-waiters", "9999999999", "= '9999999999' cannot be used: write a whole number"},
            {
                "grant.type",
                "implicit",
                "= 'implicit' cannot be used: write one of refresh_token, client_credentials, jwt_bearer,"
                        + " token_exchange, password, device_code, self_signed"
            },
            {
                "client.authentication-method",
                "client_secret",
                "= 'client_secret' cannot be used: write one of client_secret_basic, client_secret_post,"
                        + " client_secret_jwt, private_key_jwt, tls_client_auth, self_signed_tls_client_auth,"
                        + " client_assertion, none"
            },
            {
                "authorization-server.expires-in-unit",
                "minutes",
                "= 'minutes' cannot be used: write one of seconds, milliseconds"
            },
            {"grant.extra-parameters", "a=1,b", "cannot be used, part 2 has no name: write name=value,name=value"},
            {"grant.extra-parameters", "=1", "cannot be used, part 1 has no name: write name=value,name=value"},
            {"grant.extra-parameters", "a=1,a=2", "names a more than once: leave one out"},
            {
                "grant.extra-parameters",
                "client_secret=1",
                "must not name client_secret: the sidecar sets that parameter itself"
            },
            {
                "grant.extra-parameters",
                "client_assertion=1",
                "must not name client_assertion: the sidecar sets that parameter itself"
            },
            {
                "grant.audience",
                "${no.such.value}",
                "refers to a value that is not set: set it, or write a backslash before the dollar sign"
            },
            {
                "client.id",
                "${no.such.value}",
                "refers to a value that is not set: set it, or write a backslash before the dollar sign"
            },
        };
    }

    @ParameterizedTest
    @MethodSource("unusableValues")
    void anUnusableValueIsOneViolationWithARemedy(String key, String value, String problem) {
        assertThat(Given.minimal().token(key, value).violations())
                .containsExactly("sidecar.token." + key + " " + problem);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ftp://login.example.com",
                "login.example.com",
                "/realms/shop",
                "https:///realms/shop",
                "https://login.example.com/#fragment",
                "https://login.example.com/a b",
                "https://login_example.com/",
                "https://user:pass@login.example.com",
                "https://@login.example.com",
                "https://login.example.com#",
                "https://login.example.com:port",
                "https://login.example.com:65536",
                "HTTPS://login.example.com",
            })
    void anAddressHasToBeAnAbsoluteHttpUrl(String address) {
        assertThat(Given.minimal().token("authorization-server.issuer", address).violations())
                .containsExactly("sidecar.token.authorization-server.issuer " + URL);
        assertThat(Given.minimal()
                        .without("authorization-server.issuer")
                        .token("authorization-server.token-endpoint", address)
                        .violations())
                .containsExactly("sidecar.token.authorization-server.token-endpoint " + URL);
    }

    @ParameterizedTest
    @CsvSource({
        "client.secret-file, s3cret-of-the-client",
        "client.secret-file, /8Zp4c5JjXr3H+f0aQ2mT1w==",
        "client.secret-file, 8Zp4c5JjXr3H/f0aQ2mT1w",
        "client.secret-file, /8Zp4c5JjXr3H+f0aQ2mT1w",
        "client.secret-file, /8Zp4c5JjXr3Hf0aQ2mT1w=",
        "client.secret-file, ~/client-secret",
        "client.secret-file, .../client-secret",
        "client.secret-file, 'one\ntwo'",
        "store.refresh-token-file, eyJhbGciOiJIUzI1NiJ9.e30.c2lnbmF0dXJl",
        "store.file, 1//0gAbCdEf-refresh",
    })
    void aSecretInPlaceOfItsFileIsRejectedAndNotQuoted(String key, String secret) {
        Given given = Given.minimal().token(key, secret);

        assertThat(given.violations()).containsExactly("sidecar.token." + key + " " + PATH);
        assertThat(given.failure().getMessage()).doesNotContain(secret);
        assertThat(given.failure()).hasNoCause();
    }

    @Test
    void noTextAndNoAddressIsQuoted() {
        String secret = "hunter2";
        Given given = Given.minimal()
                .token("authorization-server.issuer", "https://user:" + secret + "@login.example.com/#")
                .token("authorization-server.token-endpoint", secret)
                .token("client.secret-file", secret)
                .token("grant.extra-parameters", "tenant=a," + secret)
                .token("client." + "secret", secret)
                .variable("SIDECAR_TOKEN_CLIENT_SECRET", secret);

        assertThat(given.failure().getMessage()).doesNotContain(secret);
        assertThat(given.violations()).hasSize(7);
    }

    static List<Object[]> missing() {
        return List.of(
                new Object[] {
                    "authorization-server.issuer",
                    "is missing: write the issuer's URL, or the token endpoint's in"
                            + " sidecar.token.authorization-server.token-endpoint, or that of an endpoint without OAuth"
                            + " in sidecar.token.refresh-endpoint.url"
                },
                new Object[] {"client.id", "is missing: write the client identifier that the authorization server knows"
                },
                new Object[] {
                    "client.secret-file",
                    "is missing: name the file that holds the client secret, or set"
                            + " sidecar.token.client.authentication-method=none for a public client"
                },
                new Object[] {
                    "store.refresh-token-file",
                    "is missing: name the file that holds the refresh token, or set"
                            + " another sidecar.token.grant.type, such as client_credentials"
                });
    }

    @ParameterizedTest
    @MethodSource("missing")
    void requiredKeysAreReported(String key, String problem) {
        assertThat(Given.minimal().without(key).violations()).containsExactly("sidecar.token." + key + " " + problem);
        assertThat(Given.minimal().token(key, " ").violations())
                .containsExactly("sidecar.token." + key + " " + problem);
    }

    @Test
    void issuerAndTokenEndpointExcludeEachOther() {
        assertThat(Given.minimal()
                        .token("authorization-server.token-endpoint", "https://login.example.com/token")
                        .violations())
                .containsExactly("sidecar.token.authorization-server.token-endpoint and"
                        + " sidecar.token.authorization-server.issuer exclude each other: leave one out");
    }

    @ParameterizedTest
    @ValueSource(strings = {"id_token,refresh_token", "access_token", "generation", "id token", "a=b", "a/b"})
    void onlyFurtherFieldsAreKept(String fields) {
        assertThat(Given.minimal().token("fields", fields).violations())
                .containsExactly(
                        "sidecar.token.fields names a field that the response always has, or that cannot be one: write names such as"
                                + " id_token,instance_url, none of access_token, expires_at, expires_in, generation, refresh_token,"
                                + " scope, token_type");
    }

    @Test
    void theFieldInTheFileHasToBeKept() {
        assertThat(Given.minimal()
                        .token("file", "/run/token/access-token")
                        .token("file-field", "id_token")
                        .violations())
                .containsExactly(
                        "sidecar.token.file-field is not one of sidecar.token.fields: add it there, or leave it out");
    }

    @Test
    void theSeedCannotBeTheStore() {
        assertThat(Given.minimal()
                        .token("store.file", "/etc/token-sidecar/refresh-token")
                        .violations())
                .containsExactly(
                        "sidecar.token.store.file must not be sidecar.token.store.refresh-token-file: the seed is only read");
    }

    @ParameterizedTest
    @CsvSource({
        "sidecar.guard.required-header, Metadata, write a name and a value",
        "sidecar.guard.required-header, Meta data: true, write a name and a value",
        "sidecar.guard.tcp-enabled, no, 'write one of true, false'",
        "sidecar.guard.caller-secret-file, s3cret, is not a path and is not shown",
        "sidecar.shutdown.pre-stop-delay, soon, write a number with a unit",
        "sidecar.shutdown.grace-period, 0s, must be at least 1ms",
        "sidecar.pod.name, orders pod, 'write up to 253 letters, digits, hyphens, dots and underscores'",
        "sidecar.pod.uid, ${metadata.uid:a/b}, 'write up to 128 letters, digits and hyphens'",
    })
    void theKeysOfTheProcessAreChecked(String key, String value, String problem) {
        Given given = Given.minimal().property(key, value);

        assertThat(given.violations())
                .singleElement()
                .asString()
                .startsWith(key)
                .contains(problem);
    }

    @ParameterizedTest
    @CsvSource({
        "file-mode, 0888, cannot be used: write three octal digits",
        "file-mode, rw-r-----, cannot be used: write three octal digits",
        "file-group, 1000:1000, 'cannot be used: write a group, by name or number, such as 1000'",
        "file-group, my group, 'cannot be used: write a group, by name or number, such as 1000'",
        "file-format, yaml, '= ''yaml'' cannot be used: write one of text, json, envoy-sds'",
        "file, eyJhbGciOiJIUzI1NiJ9.e30.c2lnbmF0dXJl, is not a path and is not shown",
    })
    void theKeysOfTheTokenFileAreChecked(String key, String value, String problem) {
        assertThat(Given.tokenFile().token(key, value).violations())
                .singleElement()
                .asString()
                .startsWith("sidecar.token." + key + " " + problem);
    }

    @ParameterizedTest
    @CsvSource({"file-mode, 0640", "file-group, 1000", "file-format, text"})
    void theKeysOfTheTokenFileNeedTheFile(String key, String value) {
        assertThat(Given.minimal().token(key, value).violations())
                .containsExactly("sidecar.token." + key + " is not used without sidecar.token.file:"
                        + " leave it out or name the file");
    }

    @ParameterizedTest
    @CsvSource({
        "sidecar.token.store.refresh-token-file, /etc/token-sidecar/refresh-token",
        "sidecar.token.store.file, /data/refresh-token",
        "sidecar.token.client.secret-file, /etc/token-sidecar/../token-sidecar/client-secret",
        "sidecar.guard.caller-secret-file, /etc/caller/secret",
        "sidecar.sockets.orders.path, /run/http.sock",
    })
    void theTokenFileCannotBeAnotherFile(String key, String path) {
        assertThat(Given.minimal()
                        .token("store.file", "/data/refresh-token")
                        .property("sidecar.guard.caller-secret-file", "/etc/caller/secret")
                        .property("sidecar.sockets.orders.path", "/run/http.sock")
                        .property("sidecar.sockets.orders.tokens", "*")
                        .token("file", path)
                        .violations())
                .containsExactly(
                        "sidecar.token.file must not be " + key + ": the sidecar replaces and removes this file");
    }

    @Test
    void anEncryptionKeyNeedsAStore() {
        assertThat(Given.minimal()
                        .token("store.encryption-key-file", "/keys/store")
                        .violations())
                .containsExactly(
                        "sidecar.token.store.encryption-key-file is not used without sidecar.token.store.file or"
                                + " sidecar.token.store.kubernetes.secret: leave it out or set one of them");
    }

    @Test
    void plainTextIsAcceptedInAnEncryptedStoreOnly() {
        Given given = Given.minimal().token("store.file", "/data/refresh-token");

        assertThat(given.token("store.accept-plain-text", "true").violations())
                .containsExactly("sidecar.token.store.accept-plain-text is not used without"
                        + " sidecar.token.store.encryption-key-file: leave it out or name that file");
        assertThat(given.token("store.encryption-key-file", "/keys/store")
                        .settings()
                        .store()
                        .acceptPlainText())
                .isTrue();
        assertThat(given.token("store.accept-plain-text", "yes").violations())
                .containsExactly(
                        "sidecar.token.store.accept-plain-text = 'yes' cannot be used: write one of true, false");
    }

    @Test
    void aStoreNeedsNoSeed() {
        Given given = Given.minimal().without("store.refresh-token-file").token("store.file", "/data/refresh-token");

        assertThat(given.settings().store().refreshTokenFile()).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "refresh.min-remaining, 60000, refresh.ahead, 60000",
        "refresh.ahead, 300000, refresh.default-life, 300000",
        "http.max-wait, 30000, authorization-server.timeout, 30000",
        "authorization-server.connect-timeout, 30000, authorization-server.timeout, 30000",
    })
    void aDurationIsLessThanItsLimit(String key, long millis, String otherKey, long otherMillis) {
        String lesser = millis - 1 + "ms";

        assertThat(Given.minimal().token(key, millis + "ms").violations())
                .containsExactly("sidecar.token.%s (%d ms) must be less than sidecar.token.%s (%d ms)"
                        .formatted(key, millis, otherKey, otherMillis));
        assertThat(Given.minimal().token(key, lesser).settings()).isNotNull();
    }

    @Test
    void theInitialBackOffIsAtMostTheLongest() {
        assertThat(Given.minimal().token("refresh.back-off-initial", "30001ms").violations())
                .containsExactly(
                        "sidecar.token.refresh.back-off-initial must not be more than sidecar.token.refresh.back-off-max");
        assertThat(Given.minimal().token("refresh.back-off-initial", "30s").settings())
                .isNotNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "10.0.0.1", "::", "::1", "example.com"})
    void noOtherHostIsServed(String host) {
        assertThat(Given.minimal().property("quarkus.http.host", host).violations())
                .containsExactly(
                        "quarkus.http.host = '" + host
                                + "' would hand tokens to the network: leave it out, tokens are served on 127.0.0.1 and [::1] only");
    }

    @Test
    void tlsKeysOfListenersAreRejected() {
        assertThat(Given.minimal()
                        .variable("QUARKUS_MANAGEMENT_TLS_CONFIGURATION_NAME", "management")
                        .violations())
                .containsExactly(
                        "quarkus.management.tls-configuration-name has no effect: the sidecar opens its listeners"
                                + " itself, without TLS; leave it out");
    }

    @Test
    void spansWithQueriesAreRejected() {
        assertThat(Given.minimal()
                        .variable("QUARKUS_OTEL_INSTRUMENT_VERTX_HTTP", "true")
                        .violations())
                .containsExactly("quarkus.otel.instrument.vertx-http = 'true' would show the queries of requests, which"
                        + " name tokens by their hash: leave it out, the sidecar has spans of its own");
        assertThat(Given.minimal()
                        .property("quarkus.otel.instrument.vertx-http", "false")
                        .settings())
                .isNotNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "common                | common",
                "combined              | combined",
                "long                  | long",
                "%h %r                 | %r",
                "%h %<r %m             | %<r",
                "%q                    | %q",
                "%U%s                  | %U",
                "%{REQUEST_LINE}       | %{REQUEST_LINE}",
                "%{BARE_QUERY_STRING}  | %{BARE_QUERY_STRING}",
                "%{q,rejected}         | %{q,rejected}",
                "%{i,Authorization} %h | %{i,Authorization}",
                "%{ALL_REQUEST_HEADERS} %q | %{ALL_REQUEST_HEADERS}, %q",
                "%{d,anything}         | %{d,anything}",
                "%%%r                  | %r",
                "%{i,Authorization     | %{i,Authorization",
                "%                     | %",
            })
    void anAccessLogWithQueriesOrHeadersIsRejected(String pattern, String shown) {
        Given given = Given.minimal()
                .property("quarkus.http.access-log.enabled", "true")
                .property("quarkus.http.access-log.pattern", pattern);

        assertThat(given.violations())
                .containsExactly("quarkus.http.access-log.pattern with " + shown
                        + " could show queries, which name tokens by their hash, or headers, which hold credentials: write"
                        + " other items, such as %h %t %m %R %s %b %D, or leave quarkus.http.access-log.enabled out");
        assertThat(given.property("quarkus.http.access-log.enabled", "false").settings())
                .isNotNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"%h %t %m %R %s %b %D", "%{REMOTE_IP} %{time,yyyy-MM-dd} %% %{RESPONSE_CODE}", "no item"})
    void anAccessLogWithOtherItemsIsAccepted(String pattern) {
        assertThat(Given.minimal()
                        .property("quarkus.http.access-log.enabled", "true")
                        .property("quarkus.http.access-log.pattern", pattern)
                        .settings())
                .isNotNull();
    }

    @Test
    void theDefaultPatternOfTheAccessLogIsRejected() {
        assertThat(Given.minimal()
                        .variable("QUARKUS_HTTP_ACCESS_LOG_ENABLED", "true")
                        .violations())
                .singleElement()
                .asString()
                .startsWith("quarkus.http.access-log.pattern with common ");
    }

    @Test
    void onlyAnHttpsIssuerMayAllowPlainHttpEndpoints() {
        String key = "authorization-server.allow-plain-http-endpoints";

        assertThat(Given.minimal()
                        .token(key, "true")
                        .settings()
                        .authorizationServer()
                        .allowPlainHttpEndpoints())
                .isTrue();
        assertThat(Given.minimal()
                        .token(key, "false")
                        .settings()
                        .authorizationServer()
                        .allowPlainHttpEndpoints())
                .isFalse();
        assertThat(Given.minimal().token(key, "yes").violations())
                .containsExactly("sidecar.token." + key + " = 'yes' cannot be used: write one of true, false");
        String unused = "sidecar.token." + key
                + " is not used without an https sidecar.token.authorization-server.issuer: leave it out";
        assertThat(Given.minimal()
                        .token("authorization-server.issuer", "http://login.example.com")
                        .token(key, "true")
                        .violations())
                .containsExactly(unused);
        assertThat(Given.minimal()
                        .without("authorization-server.issuer")
                        .token("authorization-server.token-endpoint", "https://login.example.com/token")
                        .token(key, "true")
                        .violations())
                .containsExactly(unused);
    }

    @Test
    void allViolationsAreReported() {
        InvalidConfiguration failure = Given.nothing()
                .token("client.id", "app")
                .token("refresh.ahead", "soon")
                .token("clint.id", "app")
                .variable("QUARKUS_HTTP_HOST", "0.0.0.0")
                .variable("SIDECAR_TOKEN_STORE_FLIE", "/data/refresh-token")
                .failure();

        assertThat(failure)
                .hasMessage(String.join(
                        "\n",
                        "the configuration has 7 violations:",
                        "  - sidecar.token.refresh.ahead = 'soon' cannot be used: " + DURATION,
                        "  - sidecar.token.authorization-server.issuer is missing: write the issuer's URL, or the token"
                                + " endpoint's in sidecar.token.authorization-server.token-endpoint, or that of an"
                                + " endpoint without OAuth in sidecar.token.refresh-endpoint.url",
                        "  - sidecar.token.client.secret-file is missing: name the file that holds the client secret, or"
                                + " set sidecar.token.client.authentication-method=none for a public client",
                        "  - sidecar.token.store.refresh-token-file is missing: name the file that holds the refresh"
                                + " token, or set another sidecar.token.grant.type, such as client_credentials",
                        "  - sidecar.token.clint.id is not known: did you mean sidecar.token.client.id?",
                        "  - environment variable SIDECAR_TOKEN_STORE_FLIE is not known: did you mean"
                                + " SIDECAR_TOKEN_STORE_FILE?",
                        "  - quarkus.http.host = '0.0.0.0' would hand tokens to the network: leave it out, tokens are"
                                + " served on 127.0.0.1 and [::1] only"));
    }

    @Test
    void oneViolationIsSingular() {
        assertThat(Given.minimal().without("client.id").failure())
                .hasMessageStartingWith("the configuration has 1 violation:");
    }
}
