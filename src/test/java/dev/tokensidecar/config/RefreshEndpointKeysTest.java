package dev.tokensidecar.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.oauth2.RefreshEndpoint;
import dev.tokensidecar.oauth2.RefreshEndpoint.Body;
import dev.tokensidecar.oauth2.RefreshEndpoint.Method;
import dev.tokensidecar.oauth2.RefreshEndpoint.Request;
import dev.tokensidecar.oauth2.RefreshEndpoint.Response;
import dev.tokensidecar.oauth2.ResponseLocation;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RefreshEndpointKeysTest {

    /** A value for every key of the group, other than the default. */
    static final Map<String, String> ALL = Map.ofEntries(
            Map.entry("refresh-endpoint.url", "http://127.0.0.1:8080/session?tenant=1"),
            Map.entry("refresh-endpoint.method", "put"),
            Map.entry("refresh-endpoint.body", "form"),
            Map.entry("refresh-endpoint.fields", "token = {refresh_token}, kind=a=b"),
            Map.entry("refresh-endpoint.headers", "X-Kind=app, Cookie=session={refresh_token}"),
            Map.entry("refresh-endpoint.access-token", "X-Access-Token"),
            Map.entry("refresh-endpoint.refresh-token", "/session/0/to~1ken"),
            Map.entry("refresh-endpoint.expires-in", "/session/life"),
            Map.entry("refresh-endpoint.expires-at", "Expires"),
            Map.entry("refresh-endpoint.message", "/error/message"),
            Map.entry("refresh-endpoint.session-over-statuses", "401, 419"));

    private static final RefreshEndpoint ALL_SET = new RefreshEndpoint(
            URI.create("http://127.0.0.1:8080/session?tenant=1"),
            new Request(
                    Method.PUT,
                    Body.FORM,
                    Map.of("token", "{refresh_token}", "kind", "a=b"),
                    Map.of("X-Kind", "app", "Cookie", "session={refresh_token}")),
            new Response(
                    new ResponseLocation("X-Access-Token"),
                    new ResponseLocation("/session/0/to~1ken"),
                    new ResponseLocation("/session/life"),
                    new ResponseLocation("Expires"),
                    new ResponseLocation("/error/message")),
            Set.of(401, 419));

    @Test
    void theUrlAloneIsEnough() {
        assertThat(Given.refreshEndpoint().settings().refreshEndpoint())
                .isEqualTo(new RefreshEndpoint(
                        URI.create("https://login.example.com/auth/refresh"),
                        new Request(Method.POST, Body.JSON, Map.of("refreshToken", "{refresh_token}"), Map.of()),
                        new Response(
                                new ResponseLocation("/accessToken"),
                                new ResponseLocation("/refreshToken"),
                                new ResponseLocation("/expiresIn"),
                                null,
                                new ResponseLocation("/message")),
                        Set.of(401)));
    }

    @Test
    void everyKeyIsReadFromAFileAndFromTheEnvironment() {
        Given environment = Given.nothing().token("store.file", "/data/refresh-token");
        for (Map.Entry<String, String> entry : ALL.entrySet()) {
            environment =
                    environment.variable(UnknownKeys.variable(SettingsReader.TOKEN + entry.getKey()), entry.getValue());
        }

        assertThat(Given.refreshEndpoint().tokens(ALL).settings().refreshEndpoint())
                .isEqualTo(ALL_SET);
        assertThat(environment.settings().refreshEndpoint()).isEqualTo(ALL_SET);
    }

    @Test
    void withoutABodyThereAreNoFields() {
        Given given = Given.refreshEndpoint()
                .token("refresh-endpoint.method", "get")
                .token("refresh-endpoint.body", "none")
                .token("refresh-endpoint.headers", "Authorization=Bearer {refresh_token}");

        assertThat(given.settings().refreshEndpoint())
                .extracting(settings -> settings.request().fields())
                .isEqualTo(Map.of());
    }

    @Test
    void aClientSecretIsAllowedIfTheRequestUsesIt() {
        Given given = Given.refreshEndpoint().token("refresh-endpoint.headers", "X-Api-Key={client_secret}");

        assertThat(given.violations())
                .containsExactly("sidecar.token.client.secret-file is missing: name the file that holds what"
                        + " {client_secret} stands for");
        assertThat(given.token("client.secret-file", "/run/key")
                        .settings()
                        .client()
                        .secretFile())
                .hasToString("/run/key");
    }

    @ParameterizedTest
    @CsvSource({
        "authorization-server.issuer, https://login.example.com",
        "authorization-server.token-endpoint, https://login.example.com/token",
        "authorization-server.expires-at-field, expires_on",
        "client.id, app",
        "client.authentication-method, none",
        "grant.scope, read",
        "grant.audience, api",
        "grant.resource, https://api.example.com",
        "grant.extra-parameters, tenant=1",
    })
    void keysForOAuthAreRejected(String key, String value) {
        assertThat(Given.refreshEndpoint().token(key, value).violations())
                .containsExactly(
                        "sidecar.token." + key + " is not used with sidecar.token.refresh-endpoint.url: leave one out");
    }

    @Test
    void aClientSecretThatIsNotSentIsRejected() {
        assertThat(Given.refreshEndpoint()
                        .token("client.secret-file", "/run/key")
                        .violations())
                .containsExactly("sidecar.token.client.secret-file is not used without {client_secret} in"
                        + " sidecar.token.refresh-endpoint.headers or sidecar.token.refresh-endpoint.fields: leave it"
                        + " out");
    }

    @Test
    void theGrantHasToBeARefreshToken() {
        assertThat(Given.refreshEndpoint()
                        .without("store.refresh-token-file")
                        .token("grant.type", "client_credentials")
                        .violations())
                .containsExactly("sidecar.token.grant.type must be refresh_token or jwt_bearer with"
                        + " sidecar.token.refresh-endpoint.url: leave one out");
    }

    @Test
    void withoutItsUrlTheGroupIsNotUsed() {
        assertThat(Given.minimal()
                        .token("refresh-endpoint.access-token", "Authorization")
                        .violations())
                .containsExactly("sidecar.token.refresh-endpoint.access-token is not used without"
                        + " sidecar.token.refresh-endpoint.url: leave it out or write that URL");
    }

    static String[][] unusable() {
        String noToken = "does not say where the refresh token belongs: write ";
        String nesting = "names one place twice, or a place within another: leave one out";
        String list = "makes one place both a list and an object: leave one out";
        String header = "cannot be used: write names and values that fit into a header, such as Authorization=Bearer"
                + " {refresh_token}";
        String placeholder = "has a placeholder that is not known: write {refresh_token} or {client_secret}";
        String pointer = "has a name that is not a JSON pointer: write ~0 for ~ and ~1 for / within a name";
        return new String[][] {
            {"method", "delete", "= 'delete' cannot be used: write one of post, put, patch, get"},
            {"body", "xml", "= 'xml' cannot be used: write one of json, form, none"},
            {"fields", "token=x", noToken + "refreshToken={refresh_token}, for instance"},
            {"fields", "a={refresh_token},b={token}", placeholder},
            {"headers", "a={refreshToken}", placeholder},
            {"fields", "a={refresh_token},/a=1", nesting},
            {"fields", "/a={refresh_token},/a/b=1", nesting},
            {"fields", "/a/0={refresh_token},/a/b=1", list},
            {"fields", "/a/0={refresh_token},/a/1/b=1", list},
            {"fields", "/a~2={refresh_token}", pointer},
            {"headers", "a b=1", header},
            {"headers", "a=", header},
            {"headers", "a=\u00e9", header},
            {"headers", "Host=1", "must not name Host: the sidecar sets that header itself"},
            {"headers", "a=1,A=2", "names a header more than once: leave one out"}
        };
    }

    /** The whole field would become the refresh token. */
    @ParameterizedTest
    @ValueSource(strings = {"Set-Cookie", "set-cookie", "cookie:", "cookie:a b"})
    void aCookieIsNamed(String location) {
        assertThat(Given.refreshEndpoint()
                        .token("refresh-endpoint.refresh-token", location)
                        .violations())
                .singleElement()
                .asString()
                .contains("such as cookie:session");
    }

    @Test
    void aCookieMayHaveAPrefix() {
        RefreshEndpoint endpoint = Given.refreshEndpoint()
                .token("refresh-endpoint.refresh-token", "cookie:__Host-session")
                .settings()
                .refreshEndpoint();

        assertThat(Objects.requireNonNull(endpoint).response().refreshToken())
                .isEqualTo(new ResponseLocation("cookie:__Host-session"));
    }

    @ParameterizedTest
    @MethodSource("unusable")
    void anUnusableRequestIsOneViolation(String key, String value, String problem) {
        assertThat(Given.refreshEndpoint()
                        .token("refresh-endpoint." + key, value)
                        .violations())
                .containsExactly("sidecar.token.refresh-endpoint." + key + " " + problem);
    }

    @Test
    void aGetHasNoBody() {
        assertThat(Given.refreshEndpoint()
                        .token("refresh-endpoint.method", "get")
                        .violations())
                .containsExactly("sidecar.token.refresh-endpoint.body must be none with"
                        + " sidecar.token.refresh-endpoint.method=get: write none, and {refresh_token} into"
                        + " sidecar.token.refresh-endpoint.headers");
    }

    @Test
    void withoutABodyAHeaderNeedsTheRefreshToken() {
        assertThat(Given.refreshEndpoint()
                        .token("refresh-endpoint.body", "none")
                        .violations())
                .containsExactly("sidecar.token.refresh-endpoint.headers does not say where the refresh token belongs:"
                        + " write Authorization=Bearer {refresh_token}, for instance");
    }

    @Test
    void fieldsAreNotUsedWithoutABody() {
        assertThat(Given.refreshEndpoint()
                        .token("refresh-endpoint.body", "none")
                        .token("refresh-endpoint.fields", "a=1")
                        .token("refresh-endpoint.headers", "Cookie=session={refresh_token}")
                        .violations())
                .containsExactly("sidecar.token.refresh-endpoint.fields is not used with"
                        + " sidecar.token.refresh-endpoint.body=none: leave one out");
    }

    @Test
    void aFormHasNoNestedFields() {
        assertThat(Given.refreshEndpoint()
                        .token("refresh-endpoint.body", "form")
                        .token("refresh-endpoint.fields", "/a={refresh_token}")
                        .violations())
                .containsExactly("sidecar.token.refresh-endpoint.fields has a name that begins with a slash, which a"
                        + " form cannot nest: write the plain name");
    }

    @ParameterizedTest
    @ValueSource(strings = {"access token", "/a~2", "/a~", "data.token:", "\u00e9"})
    void aLocationIsAPointerOrAHeader(String place) {
        for (String key : List.of("access-token", "refresh-token", "expires-in", "expires-at", "message")) {
            assertThat(Given.refreshEndpoint()
                            .token("refresh-endpoint." + key, place)
                            .violations())
                    .containsExactly("sidecar.token.refresh-endpoint." + key
                            + " cannot be used: write a JSON pointer, such as /data/token, the name of a cookie, such as cookie:session,"
                            + " or the name of a header,"
                            + " such as Authorization");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"500", "200", "401,408", "429", "4011", "401 403", "dead"})
    void onlyAClientErrorEndsASession(String statuses) {
        assertThat(Given.refreshEndpoint()
                        .token("refresh-endpoint.session-over-statuses", statuses)
                        .violations())
                .containsExactly("sidecar.token.refresh-endpoint.session-over-statuses = '" + statuses
                        + "' cannot be used: write statuses from 400 to 499, but not 408 and 429, such as 401,403");
    }

    @Test
    void allViolationsAreReportedAndNoTextIsQuoted() {
        List<String> violations = Given.refreshEndpoint()
                .token("refresh-endpoint.url", "hunter2")
                .token("refresh-endpoint.fields", "hunter2={hunter2}")
                .token("refresh-endpoint.access-token", "hunter2 {}")
                .violations();

        assertThat(violations).hasSize(4).noneMatch(violation -> violation.contains("hunter2"));
    }
}
