package dev.tokensidecar.forward;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.testing.CertificateAuthority;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpVersion;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An API that speaks TLS, and HTTP/2 where both ends can. */
@Timeout(60)
class Http2Test {

    @TempDir
    static Path directory;

    private static CertificateAuthority authority;
    private static CertificateAuthority.Issued issued;

    @BeforeAll
    static void issue() throws Exception {
        authority = CertificateAuthority.make(directory, "authority");
        issued = authority.issue("api.example");
    }

    private static HttpServerOptions server(boolean http2) {
        return new HttpServerOptions().setSsl(true).setUseAlpn(http2).setKeyCertOptions(issued.options());
    }

    private static HttpClientOptions client() {
        return new HttpClientOptions()
                .setSsl(true)
                .setUseAlpn(true)
                .setProtocolVersion(HttpVersion.HTTP_2)
                .setTrustOptions(authority.trust());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theApiMaySpeakEither(boolean http2) throws Exception {
        try (ForwardScene scene =
                ForwardScene.builder().tls(server(http2), client()).open()) {
            scene.api.accept("access-2");

            HttpResponse<String> answer = scene.answer(scene.request("/api/x").POST(BodyPublishers.ofString("a body")));

            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).isEqualTo("a body");
            assertThat(scene.api.seen())
                    .hasSize(2)
                    .extracting(Api.Seen::version)
                    .containsOnly(http2 ? HttpVersion.HTTP_2 : HttpVersion.HTTP_1_1);
        }
    }

    @Test
    void anApiThatNobodyVouchesForGetsNoToken() throws Exception {
        HttpClientOptions distrustful = client().setTrustOptions(null);
        try (ForwardScene scene =
                ForwardScene.builder().tls(server(true), distrustful).open()) {
            HttpResponse<String> answer = scene.answer(scene.request("/api/x"));

            assertThat(answer.statusCode()).isEqualTo(502);
            assertThat(answer.body()).contains("certificate that is not trusted");
            assertThat(scene.api.seen()).isEmpty();
        }
    }
}
