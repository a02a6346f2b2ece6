package dev.tokensidecar.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.config.SidecarSettings.ProxyAddress;
import dev.tokensidecar.config.SidecarSettings.ProxySettings;
import dev.tokensidecar.egress.Authority;
import dev.tokensidecar.token.Secret;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProxyKeysTest {

    private static final ProxyAddress PROXY = address("proxy.example", 3128, null);

    private static ProxyAddress address(String host, int port, @Nullable String credentials) {
        return new ProxyAddress(new Authority(host, port), credentials == null ? null : Secret.of(credentials));
    }

    private static ProxySettings proxy(Given given) {
        return given.all().proxy();
    }

    @Test
    void withoutKeysAndVariablesThereIsNoProxy() {
        ProxySettings proxy = proxy(Given.minimal());

        assertThat(proxy.http()).isNull();
        assertThat(proxy.https()).isNull();
        assertThat(proxy.noProxy()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "http://proxy.example:3128, proxy.example, 3128",
        "http://proxy.example:3128/, proxy.example, 3128",
        "http://proxy.example, proxy.example, 80",
        "http://[2001:db8::1]:3128, [2001:db8::1], 3128",
        "http://egress_proxy:3128, egress_proxy, 3128",
    })
    void theKeyNamesTheProxyForEveryUrl(String url, String host, int port) {
        ProxySettings proxy = proxy(Given.minimal()
                .property("sidecar.proxy.url", url)
                .property("sidecar.proxy.no-proxy", "example.org, 10.0.0.0/8")
                .property("sidecar.proxy.credentials-file", "/run/secrets/proxy"));

        assertThat(proxy.http()).isEqualTo(address(host, port, null));
        assertThat(proxy.https()).isEqualTo(address(host, port, null));
        assertThat(proxy.noProxy()).containsExactly("example.org", "10.0.0.0/8");
        assertThat(proxy.credentialsFile()).isEqualTo(Path.of("/run/secrets/proxy"));
    }

    @Test
    void theEnvironmentNamesOneProxyPerScheme() {
        ProxySettings proxy = proxy(Given.minimal()
                .variable("HTTP_PROXY", "http://plain.example:8080")
                .variable("HTTPS_PROXY", "http://proxy.example:3128")
                .variable("NO_PROXY", "example.org 10.0.0.0/8,nonsense/8"));

        assertThat(proxy.http()).isEqualTo(address("plain.example", 8080, null));
        assertThat(proxy.https()).isEqualTo(PROXY);
        assertThat(proxy.noProxy()).containsExactly("example.org", "10.0.0.0/8", "nonsense/8");
    }

    @Test
    void aVariableInLowerCaseComesFirst() {
        ProxySettings proxy = proxy(Given.minimal()
                .variable("https_proxy", "http://proxy.example:3128")
                .variable("HTTPS_PROXY", "http://other.example:3128")
                .variable("no_proxy", "example.org")
                .variable("NO_PROXY", "example.com")
                .variable("http_proxy", " ")
                .variable("HTTP_PROXY", "http://proxy.example:3128"));

        assertThat(proxy.https()).isEqualTo(PROXY);
        assertThat(proxy.http()).isEqualTo(PROXY);
        assertThat(proxy.noProxy()).containsExactly("example.org");
    }

    @Test
    void oneVariableMayNameTheProxyForAllSchemes() {
        ProxySettings proxy = proxy(Given.minimal()
                .variable("ALL_PROXY", "http://proxy.example:3128")
                .variable("HTTP_PROXY", "http://plain.example:8080"));

        assertThat(proxy.https()).isEqualTo(PROXY);
        assertThat(proxy.http()).isEqualTo(address("plain.example", 8080, null));
        assertThat(Given.minimal()
                        .variable("all_proxy", "socks5://proxy.example:1080")
                        .violations())
                .singleElement()
                .asString()
                .startsWith("environment variable all_proxy cannot be used");
    }

    @Test
    void noHostIsAnExceptionWhateverTheEnvironmentSays() {
        ProxySettings proxy = proxy(Given.minimal()
                .variable("HTTPS_PROXY", "http://proxy.example:3128")
                .variable("NO_PROXY", "*")
                .property("sidecar.proxy.no-proxy", "none"));

        assertThat(proxy.https()).isEqualTo(PROXY);
        assertThat(proxy.noProxy()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "proxy.example:3128, ",
        "http://proxy.example:3128/, ",
        "HTTP://proxy.example:3128, ",
        "http://user:pass@proxy.example:3128, user:pass",
        "user:pass@proxy.example:3128, user:pass",
        "http://us%40er:p%2Fa+s%3As@proxy.example:3128, us@er:p/a+s:s",
        "http://user@proxy.example:3128, user",
        "http://user:p@ss@proxy.example:3128, user:p@ss",
        "http://user:p#ss@proxy.example:3128, user:p#ss",
        "http://user:p?s s@proxy.example:3128, user:p?s s",
    })
    void aVariableMayHaveCredentialsAndNeedsNoScheme(String value, @Nullable String credentials) {
        assertThat(proxy(Given.minimal().variable("HTTPS_PROXY", value)).https())
                .isEqualTo(address("proxy.example", 3128, credentials));
    }

    @Test
    void aKeyTakesThePlaceOfItsVariables() {
        Given given = Given.minimal()
                .variable("HTTPS_PROXY", "socks5://other.example:1080")
                .variable("NO_PROXY", "*");

        assertThat(proxy(given.property("sidecar.proxy.url", "none")).https()).isNull();

        ProxySettings named = proxy(given.property("sidecar.proxy.url", "http://proxy.example:3128")
                .property("sidecar.proxy.no-proxy", "example.org"));
        assertThat(named.https()).isEqualTo(PROXY);
        assertThat(named.noProxy()).containsExactly("example.org");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://proxy.example:3128",
                "socks5://proxy.example:1080",
                "http://user:p%ss@proxy.example:3128",
                "http://user:pass@proxy.example:99999",
                "http://proxy.example:3128/path",
                "http://",
            })
    void anUnusableVariableIsAViolationThatDoesNotShowIt(String value) {
        assertThat(Given.minimal().variable("https_proxy", value).violations())
                .containsExactly("environment variable https_proxy cannot be used: write http://host:port, or"
                        + " http://user:password@host:port, or set sidecar.proxy.url");
    }

    @ParameterizedTest
    @CsvSource({
        "url, https://proxy.example:3128, 'cannot be used: write http://host:port, or none, and user name'",
        "url, http://user:hunter2@proxy.example:3128, 'cannot be used: write http://host:port, or none'",
        "url, http://proxy.example:3128/path, 'cannot be used: write http://host:port, or none'",
        "no-proxy, 'example.org,10.0.0.0/33', 'cannot be used, part 2 names no host, domain or network'",
        "no-proxy, '10.0.0.*', 'cannot be used, part 1 names no host, domain or network'",
        "credentials-file, user:hunter2, is not a path and is not shown",
    })
    void anUnusableValueIsAViolation(String key, String value, String problem) {
        assertThat(Given.minimal().property("sidecar.proxy." + key, value).violations())
                .singleElement()
                .asString()
                .startsWith("sidecar.proxy." + key + " " + problem)
                .doesNotContain("hunter2");
    }

    @Test
    void credentialsNeedAProxy() {
        String problem =
                "sidecar.proxy.credentials-file is not used without a proxy: leave it out, or write its address"
                        + " into sidecar.proxy.url";
        Given given = Given.minimal().property("sidecar.proxy.credentials-file", "/run/secrets/proxy");

        assertThat(given.violations()).containsExactly(problem);
        assertThat(given.property("sidecar.proxy.url", "none").violations()).containsExactly(problem);
    }
}
