package dev.tokensidecar.egress;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AuthorityTest {

    @ParameterizedTest
    @CsvSource({
        "https://login.example.com/token, login.example.com, login.example.com, 443",
        "http://login.example.com, login.example.com, login.example.com, 80",
        "http://localhost:8080/token, localhost, localhost, 8080",
        "http://[::1]:8080/token, [::1], ::1, 8080",
        "http://auth_server:8080/token?a=b, auth_server, auth_server, 8080",
        "http://auth_server/token, auth_server, auth_server, 80",
    })
    void hostAndPortAreRead(URI uri, String host, String name, int port) {
        assertThat(Authority.isUsable(uri)).isTrue();
        assertThat(Authority.of(uri)).isEqualTo(new Authority(host, port));
        assertThat(Authority.of(uri).hostWithoutBrackets()).isEqualTo(name);
    }

    /** RFC 9449 section 4.3 compares the URL of a proof after such a normalization. */
    @ParameterizedTest
    @CsvSource({
        "https://login.example.com/token, https://login.example.com",
        "HTTPS://Login.Example.com:443/token, https://login.example.com",
        "http://login.example.com:80, http://login.example.com",
        "http://login.example.com:443, http://login.example.com:443",
        "http://[::1]:8080/token, http://[::1]:8080",
    })
    void theOriginIsNormalized(URI uri, String origin) {
        assertThat(Authority.of(uri).origin(uri.getScheme())).isEqualTo(origin);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://user@login.example.com",
                "http://user@auth_server",
                "http://login.example.com:65536",
                "http://auth_server:65536",
                "http://auth_server:123456",
                "http:///token",
                "https://my_as.internal",
                "urn:a",
            })
    void everythingElseIsRejected(URI uri) {
        assertThat(Authority.isUsable(uri)).isFalse();
    }
}
