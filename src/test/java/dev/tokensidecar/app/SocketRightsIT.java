package dev.tokensidecar.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tokensidecar.demo.DemoOptions;
import dev.tokensidecar.testing.http.UnixHttp;
import dev.tokensidecar.testing.process.SidecarProcess;
import dev.tokensidecar.testing.process.SidecarTestBed;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who can reach a Unix domain socket may ask for its tokens and no other, with the packaged application. */
@Timeout(120)
@SuppressWarnings("NullAway.Init")
class SocketRightsIT {

    private static final String CLIENT_CREDENTIALS = "grant_type=client_credentials";
    private static final String EXCHANGE = "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Atoken-exchange"
            + "&subject_token_type=urn%3Aietf%3Aparams%3Aoauth%3Atoken-type%3Aaccess_token&subject_token=any";
    private static final String BEARER = "Authorization: Bearer a-rejected-token";

    @TempDir
    static Path directory;

    private static SidecarTestBed testBed;
    private static SidecarProcess sidecar;

    @BeforeAll
    static void start() throws Exception {
        testBed = new SidecarTestBed(
                directory,
                Path.of("target", "SocketRightsIT.log"),
                DemoOptions.builder()
                        .accessTokenLifetime(Duration.ofSeconds(300))
                        .build());
        token("ORDERS", "client_credentials");
        testBed.set("SIDECAR_TOKENS_ORDERS_GRANT_SCOPE", "read");
        token("USERS", "token_exchange");
        testBed.set("SIDECAR_TOKENS_USERS_GRANT_SUBJECT", "request");
        testBed.set("SIDECAR_TOKENS_USERS_GRANT_SUBJECT_TOKEN_TYPE", "urn:ietf:params:oauth:token-type:access_token");
        socket("orders", "orders");
        socket("mail", "default");
        socket("all", "*");
        testBed.set("SIDECAR_GUARD_TCP_ENABLED", "false");
        sidecar = testBed.start();
        sidecar.awaitStarted();
    }

    @AfterAll
    static void stop() {
        sidecar.close();
        testBed.close();
    }

    private static void token(String name, String grant) {
        String prefix = "SIDECAR_TOKENS_" + name + "_";
        testBed.set(
                prefix + "AUTHORIZATION_SERVER_TOKEN_ENDPOINT", testBed.server().tokenEndpoint());
        testBed.set(prefix + "CLIENT_ID", DemoOptions.CLIENT_ID);
        testBed.set(prefix + "CLIENT_SECRET_FILE", testBed.write("client-secret", DemoOptions.CLIENT_SECRET));
        testBed.set(prefix + "GRANT_TYPE", grant);
    }

    private static void socket(String name, String tokens) {
        String prefix = "SIDECAR_SOCKETS_" + name.toUpperCase(Locale.ROOT) + "_";
        testBed.set(prefix + "PATH", at(name).toString());
        testBed.set(prefix + "TOKENS", tokens);
    }

    private static Path at(String socket) {
        return directory.resolve(socket + ".sock");
    }

    private static UnixHttp.Reply ask(String socket, String requestLine, String form, String... fields)
            throws IOException {
        return UnixHttp.send(at(socket), requestLine, form, fields);
    }

    private static String token(String socket, String requestLine, String form) throws IOException {
        UnixHttp.Reply reply = ask(socket, requestLine, form);
        assertThat(reply.status()).as(requestLine).isEqualTo(200);
        return new JsonObject(reply.body()).getString("access_token");
    }

    @Test
    void eachSocketServesItsTokens() throws Exception {
        String orders = token("orders", "GET /tokens/orders", "");
        String mail = token("mail", "GET /token", "");

        assertThat(orders).isNotEqualTo(mail);
        assertThat(token("orders", "POST /tokens/orders", CLIENT_CREDENTIALS)).isEqualTo(orders);
        assertThat(token("orders", "POST /token", CLIENT_CREDENTIALS + "&scope=read"))
                .as("of its tokens, the one that covers the scope")
                .isEqualTo(orders);
        assertThat(token("orders", "POST /token", CLIENT_CREDENTIALS))
                .as("the only one")
                .isEqualTo(orders);
        assertThat(token("mail", "POST /token", CLIENT_CREDENTIALS)).isEqualTo(mail);
        assertThat(token("all", "GET /tokens/orders", "")).isEqualTo(orders);
        assertThat(token("all", "GET /token", "")).isEqualTo(mail);
    }

    /** Byte for byte, whatever the path, the method and the media type: nobody learns which tokens there are. */
    @ParameterizedTest
    @ValueSource(strings = {"orders default", "orders users", "mail orders", "mail users"})
    void everyOtherTokenIsUnknown(String socketAndToken) throws Exception {
        String socket = socketAndToken.split(" ", 2)[0];
        String foreign = socketAndToken.split(" ", 2)[1];
        for (String request : new String[] {
            "GET /tokens/NAME",
            "GET /tokens/NAME?min_ttl=1",
            "GET /tokens/NAME?field=id_token",
            "GET /tokens/NAME?rejected=" + "0".repeat(64),
            "GET /%74okens/NAME",
            "GET /tokens/NAME/",
            "PUT /tokens/NAME"
        }) {
            for (String accept : new String[] {"*/*", "text/plain", "text/html, application/json;q=0.9"}) {
                assertUnknown(socket, request, foreign, "", "Accept: " + accept);
            }
        }
        assertUnknown(socket, "POST /tokens/NAME", foreign, CLIENT_CREDENTIALS);
        assertUnknown(socket, "POST /tokens/NAME", foreign, EXCHANGE);
        assertUnknown(socket, "POST /tokens/NAME", foreign, "grant_type=password");
        assertUnknown(socket, "POST /tokens/NAME/rejected", foreign, "www_authenticate=Bearer", BEARER);
        assertUnknown(socket, "POST /tokens/NAME/rejected", foreign, "", BEARER, "Content-Length: 0");
        assertThat(ask(socket, "GET /tokens/" + foreign, "").status()).isEqualTo(404);
    }

    private static void assertUnknown(String socket, String request, String foreign, String form, String... fields)
            throws IOException {
        assertThat(ask(socket, request.replace("NAME", foreign), form, fields))
                .as(request)
                .isEqualTo(ask(socket, request.replace("NAME", "nobody"), form, fields));
    }

    @Test
    void theTokenWithoutANameIsUnknownWhereItIsNotServed() throws Exception {
        assertThat(ask("orders", "GET /token", "")).isEqualTo(ask("orders", "GET /tokens/nobody", ""));
        assertThat(ask("orders", "POST /token/rejected", "", BEARER, "Content-Length: 0")
                        .status())
                .isEqualTo(404);
    }

    @Test
    void theStatusListsTheTokensOfTheSocket() throws Exception {
        assertThat(names("orders", "tokens")).containsExactly("orders");
        assertThat(names("orders", "exchanges")).isEmpty();
        assertThat(names("mail", "tokens")).containsExactly("default");
        assertThat(names("all", "tokens")).containsExactlyInAnyOrder("default", "orders");
        assertThat(names("all", "exchanges")).containsExactly("users");
    }

    private static List<String> names(String socket, String group) throws IOException {
        JsonArray listed = new JsonObject(ask(socket, "GET /status", "").body()).getJsonArray(group);
        return listed.stream()
                .map(each -> ((JsonObject) each).getString("name"))
                .toList();
    }

    /** A request that equals the previous one of its connection is answered from memory, on this connection only. */
    @Test
    void aRepeatedRequestIsServedAtItsSocketOnly() throws Exception {
        String request = "GET /tokens/orders";
        try (UnixHttp orders = new UnixHttp(at("orders"));
                UnixHttp mail = new UnixHttp(at("mail"))) {
            for (int round = 0; round < 50; round++) {
                assertThat(orders.send(request, "").status()).isEqualTo(200);
                assertThat(mail.send(request, "").status()).isEqualTo(404);
            }
        }
    }

    @Test
    void noPortServesTokens() {
        int port = sidecar.api("/").getPort();

        assertThatThrownBy(() -> new Socket(InetAddress.getLoopbackAddress(), port).close())
                .isInstanceOf(ConnectException.class);
    }
}
