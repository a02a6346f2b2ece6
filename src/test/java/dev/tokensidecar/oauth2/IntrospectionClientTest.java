package dev.tokensidecar.oauth2;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tokensidecar.demo.DemoAuthorizationServer;
import dev.tokensidecar.demo.DemoOptions;
import dev.tokensidecar.egress.ProxyRules;
import dev.tokensidecar.oauth2.http.HttpTransport;
import dev.tokensidecar.oauth2.http.TransportLimits;
import dev.tokensidecar.oauth2.keys.SecretFile;
import dev.tokensidecar.testing.server.RawServer;
import dev.tokensidecar.token.RefreshFailure;
import dev.tokensidecar.token.RefreshFailure.InvalidResponse;
import dev.tokensidecar.token.RefreshFailure.Misconfigured;
import dev.tokensidecar.token.RefreshFailure.Unavailable;
import dev.tokensidecar.token.Secret;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.helpers.test.UniAssertSubscriber;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.mutiny.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Requests for keys and for the state of tokens, at the demo server and at servers that respond badly. */
@Timeout(60)
class IntrospectionClientTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final Secret TOKEN = Secret.of("token-of-somebody");

    private final Vertx vertx = Vertx.vertx();
    private final HttpTransport transport = new HttpTransport(
            vertx,
            Runnable::run,
            HttpClientOptions::new,
            ProxyRules.DIRECT,
            new TransportLimits(TIMEOUT, TIMEOUT, 1024 * 1024));

    @TempDir
    Path directory;

    @AfterEach
    void close() {
        vertx.closeAndAwait();
    }

    private IntrospectionClient client(URI endpoint, String... secrets) throws IOException {
        Path file = Files.writeString(directory.resolve("secret"), String.join("\n", secrets));
        return new IntrospectionClient(
                new ServerEndpoint.Fixed(endpoint),
                new ServerEndpoint.Fixed(endpoint),
                new ClientAuthentication.ClientSecretBasic(
                        DemoOptions.CLIENT_ID, new SecretFile(file, "client secret"), true),
                Map.of("X-Tenant", "7"),
                transport,
                Runnable::run,
                InstantSource.system());
    }

    private static <T> RefreshFailure failure(Uni<T> uni) {
        return (RefreshFailure) Objects.requireNonNull(uni.subscribe()
                .withSubscriber(UniAssertSubscriber.create())
                .awaitFailure(TIMEOUT)
                .getFailure());
    }

    @Test
    void theServerAnswersAClientThatAuthenticates() throws Exception {
        try (DemoAuthorizationServer server =
                DemoAuthorizationServer.start(vertx.getDelegate(), DemoOptions.defaults())) {
            URI endpoint = URI.create(server.issuer() + "/introspect");

            ObjectNode answer = client(endpoint, "new-secret", DemoOptions.CLIENT_SECRET)
                    .introspect(TOKEN)
                    .await()
                    .atMost(TIMEOUT);

            assertThat(answer.toString()).isEqualTo("{\"active\":false}");
            assertThat(server.introspections())
                    .as("the second secret after the first")
                    .isEqualTo(2);
            assertThat(failure(client(endpoint, "wrong").introspect(TOKEN)))
                    .isInstanceOf(Misconfigured.class)
                    .extracting(RefreshFailure::error)
                    .isEqualTo("invalid_client");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "200 | {} | invalid_response",
                "200 | {\"active\":\"true\"} | invalid_response",
                "200 | {\"active\":true,\"active\":false} | invalid_response",
                "200 | {\"active\":true}{} | invalid_response",
                "200 | [] | invalid_response",
                "200 | <html> | invalid_response",
                "200 | active=true | invalid_response",
                "302 | {\"active\":true} | configuration",
                "400 | {\"error\":\"invalid_grant\"} | configuration",
                "400 | {\"error\":\"invalid_request\",\"error_description\":\"token-of-somebody\"} | configuration",
                "403 | {\"active\":true} | configuration",
                "429 | {} | temporarily_unavailable",
                "503 | {\"active\":true} | temporarily_unavailable",
            })
    void anythingButAnAnswerIsAFailure(int status, String body, String code) throws Exception {
        try (RawServer server = new RawServer(connection -> {
            connection.readRequest();
            connection.respond(status, body);
        })) {
            RefreshFailure failure = failure(client(server.http(), "secret").introspect(TOKEN));

            assertThat(failure.code()).isEqualTo(code);
            assertThat(failure.detail()).doesNotContain("token-of-somebody");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "400 | {} | token_rejected",
                "400 | {\"error\":\"invalid_request\"} | token_rejected",
                "413 | <html> | token_rejected",
                "414 | <html> | token_rejected",
                "422 | {} | token_rejected",
                "400 | {\"error\":\"invalid_client\"} | invalid_client",
                "401 | {} | http_401",
                "403 | {} | http_403",
                "500 | {} | http_500",
                "502 | {\"error\":\"server_error\"} | http_502",
                "503 | {\"error\":\"server_error\"} | http_503",
            })
    void theErrorSaysWhoseProblemItIs(int status, String body, String error) throws Exception {
        try (RawServer server = new RawServer(connection -> {
            connection.readRequest();
            connection.respond(status, body);
        })) {
            assertThat(failure(client(server.http(), "secret").introspect(TOKEN))
                            .error())
                    .isEqualTo(error);
        }
    }

    @Test
    void anAnswerWithDeeplyNestedClaimsIsNone() throws Exception {
        try (RawServer server = new RawServer(connection -> {
            connection.readRequest();
            connection.respond(200, "{\"active\":true,\"x\":" + "[".repeat(900) + "]".repeat(900) + "}");
        })) {
            assertThat(failure(client(server.http(), "secret").introspect(TOKEN)))
                    .isInstanceOf(InvalidResponse.class);
        }
    }

    @Test
    void theRequestIsThatOfTheStandard() throws Exception {
        try (RawServer server = new RawServer(connection -> {
            connection.readRequest();
            connection.respond(200, "{\"active\":false}");
        })) {
            var unused =
                    client(server.http(), "secret").introspect(TOKEN).await().atMost(TIMEOUT);

            assertThat(server.arrived.get())
                    .startsWith("POST ")
                    .endsWith("token=token-of-somebody&token_type_hint=access_token")
                    .containsIgnoringCase("content-type: application/x-www-form-urlencoded")
                    .containsIgnoringCase("accept: application/json")
                    .containsIgnoringCase("x-tenant: 7")
                    .containsIgnoringCase("authorization: Basic");
        }
    }

    @Test
    void theKeysOfTheDemoServerAreFetched() {
        try (DemoAuthorizationServer server =
                DemoAuthorizationServer.start(vertx.getDelegate(), DemoOptions.defaults())) {
            ServerEndpoint location = new DiscoveredEndpoint(
                    URI.create(server.issuer()),
                    DiscoveredEndpoint.JWKS,
                    transport,
                    InstantSource.system(),
                    false,
                    plain -> false);

            assertThat(new KeySetClient(location, transport, InstantSource.system())
                            .fetch()
                            .await()
                            .atMost(TIMEOUT))
                    .startsWith("{\"keys\":[{\"kty\":\"EC\"");
        }
    }

    @ParameterizedTest
    @CsvSource({"404, configuration", "301, configuration", "500, temporarily_unavailable"})
    void anAddressWithoutKeysIsAFailure(int status, String code) {
        try (RawServer server = new RawServer(connection -> {
            connection.readRequest();
            connection.respond(status, "{\"keys\":[]}");
        })) {
            RefreshFailure failure =
                    failure(new KeySetClient(new ServerEndpoint.Fixed(server.http()), transport, InstantSource.system())
                            .fetch());

            assertThat(failure.code()).isEqualTo(code);
            assertThat(failure.error()).isEqualTo("http_" + status);
        }
    }

    @Test
    void keysThatHaveMovedAreFoundAgain() {
        try (RawServer keys = new RawServer(connection -> {
                    connection.readRequest();
                    connection.respond(200, "{\"keys\":[]}");
                });
                RawServer old = new RawServer(connection -> {
                    connection.readRequest();
                    connection.reset();
                })) {
            AtomicReference<String> issuer = new AtomicReference<>("");
            AtomicReference<URI> address = new AtomicReference<>(old.http());
            try (RawServer metadata = new RawServer(connection -> {
                connection.readRequest();
                connection.respond(200, "{\"issuer\":\"" + issuer.get() + "\",\"jwks_uri\":\"" + address.get() + "\"}");
            })) {
                URI root = metadata.http().resolve("/");
                issuer.set(root.toString());
                KeySetClient client = new KeySetClient(
                        new DiscoveredEndpoint(
                                root,
                                DiscoveredEndpoint.JWKS,
                                transport,
                                InstantSource.system(),
                                false,
                                plain -> false),
                        transport,
                        InstantSource.system());
                assertThat(failure(client.fetch())).isInstanceOf(Unavailable.class);

                address.set(keys.http());
                assertThat(client.fetch().await().atMost(TIMEOUT)).isEqualTo("{\"keys\":[]}");

                address.set(old.http());
                client.unusable();
                assertThat(failure(client.fetch())).isInstanceOf(Unavailable.class);
            }
        }
    }

    @Test
    void keysThatDoNotArriveAreAFailure() {
        try (RawServer server = new RawServer(connection -> {
            connection.readRequest();
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"keys\":");
            connection.reset();
        })) {
            assertThat(failure(
                            new KeySetClient(new ServerEndpoint.Fixed(server.http()), transport, InstantSource.system())
                                    .fetch()))
                    .isInstanceOfAny(Unavailable.class, InvalidResponse.class);
        }
    }
}
