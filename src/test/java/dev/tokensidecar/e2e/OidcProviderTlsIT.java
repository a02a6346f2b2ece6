package dev.tokensidecar.e2e;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.testing.CertificateAuthority;
import dev.tokensidecar.testing.CertificateAuthority.Issued;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.ext.web.client.WebClient;
import io.vertx.ext.web.client.WebClientOptions;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The server knows clients by their certificates (RFC 8705), without a sidecar. */
@TestInstance(Lifecycle.PER_CLASS)
class OidcProviderTlsIT {

    private final Vertx vertx = Vertx.vertx();
    private final CertificateAuthority authority;
    private final Issued trusted;
    private final Issued registered;
    private final OidcProviderServer server;

    OidcProviderTlsIT(@TempDir Path directory) throws Exception {
        authority = CertificateAuthority.make(directory, "authority");
        trusted = authority.issue("sidecar");
        registered = authority.issue("registered");
        server = OidcProviderServer.start(authority, "CN=sidecar", registered);
    }

    @AfterAll
    void leave() throws Exception {
        server.close();
        var unused = vertx.close().toCompletionStage().toCompletableFuture().get(10, SECONDS);
    }

    @ParameterizedTest
    @CsvSource({
        "tls_client_auth, false, 200",
        "tls_client_auth, true, 401",
        "self_signed_tls_client_auth, true, 200",
        "self_signed_tls_client_auth, false, 401",
    })
    void certificateOfTheClientDecides(String client, boolean showsRegistered, int status) throws Exception {
        WebClientOptions options = new WebClientOptions()
                .setSsl(true)
                .setTrustOptions(authority.trust())
                .setKeyCertOptions((showsRegistered ? registered : trusted).options());
        WebClient http = WebClient.create(vertx, options);
        Buffer session = send(http, OidcProviderClient.session(client), MultiMap.caseInsensitiveMultiMap())
                .body();

        HttpResponse<Buffer> answer = send(
                http,
                OidcProviderClient.TOKEN_ENDPOINT,
                MultiMap.caseInsensitiveMultiMap()
                        .add("client_id", client)
                        .add("grant_type", "refresh_token")
                        .add("refresh_token", new JsonObject(session).getString("refresh_token")));

        assertThat(answer.statusCode()).as(answer.bodyAsString()).isEqualTo(status);
    }

    private HttpResponse<Buffer> send(WebClient http, String path, MultiMap form) throws Exception {
        return http.postAbs(server.uri().resolve(path).toString())
                .sendForm(form)
                .toCompletionStage()
                .toCompletableFuture()
                .get(10, SECONDS);
    }
}
