package dev.tokensidecar.egress;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NoProxyTest {

    @ParameterizedTest
    @CsvSource({
        "*, auth.example.com",
        "*, 203.0.113.7",
        "example.com, example.com",
        "example.com, auth.example.com",
        "example.com, AUTH.Example.COM",
        "EXAMPLE.com, example.com",
        ".example.com, auth.example.com",
        ".example.com, example.com",
        "*.example.com, auth.example.com",
        "example.com., auth.example.com",
        "example.com, auth.example.com.",
        "auth, auth",
        "auth_server, auth_server",
        "203.0.113.7, 203.0.113.7",
        "203.0.113.0/24, 203.0.113.255",
        "10.0.0.0/8, 10.255.1.2",
        "10.0.0.0/9, 10.127.1.2",
        "0.0.0.0/0, 203.0.113.7",
        "2001:db8::/32, 2001:db8:1::1",
        "2001:db8::1, 2001:DB8:0::1",
        "203.0.113.7/32, 203.0.113.7",
        "10.0.0.0/8, ::ffff:10.0.0.5",
        "::ffff:10.0.0.5, 10.0.0.5",
        "[2001:db8::1], 2001:db8::1",
        "api.example.com:8443, api.example.com",
        "203.0.113.7:8443, 203.0.113.7",
        "[2001:db8::1]:8443, 2001:db8::1",
        "3com.example, a.3com.example"
    })
    void aHostIsReachedWithoutAProxy(String entry, String host) {
        assertThat(NoProxy.of(List.of("other.example", entry)).contains(server(host)))
                .isTrue();
    }

    private static Authority server(String host) {
        return new Authority(Authority.withBrackets(host), 8443);
    }

    @ParameterizedTest
    @CsvSource({
        "example.com:443, example.com",
        "203.0.113.7:443, 203.0.113.7",
        "[2001:db8::1]:443, 2001:db8::1",
        "example.com, example.com.evil.net",
        "example.com, notexample.com",
        "example.com, com",
        "auth.example.com, example.com",
        "203.0.113.7, 203.0.113.77",
        "203.0.113.0/24, 203.0.114.1",
        "10.0.0.0/9, 10.128.1.2",
        "203.0.113.0/24, 203.0.113.example",
        "113.7, 203.0.113.7",
        "2001:db8::/32, 2001:db9::1",
        "10.0.0.0/8, auth.example.com"
    })
    void anotherHostIsNot(String entry, String host) {
        assertThat(NoProxy.of(List.of(entry)).contains(server(host))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost",
                "LOCALHOST.",
                "api.localhost",
                "127.0.0.1",
                "127.9.8.7",
                "::1",
                "::ffff:127.0.0.1",
                "0.0.0.0",
                "::"
            })
    void loopbackIsNeverReachedThroughAProxy(String host) {
        assertThat(NoProxy.NONE.contains(server(host))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "10.0.0.0/33",
                "10.0.0.0/",
                "10.0.0.0/x",
                "example.com/8",
                "a b",
                "2001:db8::/129",
                "10.0.0.*",
                "10.0.0.",
                "10.0",
                "*example.com",
                "example.*",
                "a|b",
                ".",
                "[",
                "[]:443",
                ":443",
                "*:443",
                "example..com"
            })
    void anUnusableEntryMatchesNothing(String entry) {
        assertThat(NoProxy.isUsable(entry)).isFalse();
        assertThat(NoProxy.of(List.of(entry)).contains(server("10.0.0.1"))).isFalse();
        assertThat(NoProxy.of(List.of(entry)).contains(server("example.com"))).isFalse();
    }

    @Test
    void eachSchemeHasAProxyOfItsOwn() {
        ProxyServer plain = new ProxyServer(new Authority("plain", 1), null);
        ProxyServer tunnel = new ProxyServer(new Authority("tunnel", 2), null);
        ProxyRules rules = new ProxyRules(plain, tunnel, NoProxy.of(List.of("2001:db8::1", "intern")));

        assertThat(rules.proxyFor(URI.create("http://auth.example/token"))).isSameAs(plain);
        assertThat(rules.proxyFor(URI.create("https://auth.example/token"))).isSameAs(tunnel);
        assertThat(rules.proxyFor(URI.create("https://[2001:db8::1]/token"))).isNull();
        assertThat(rules.proxyFor(URI.create("http://a.intern:8080/token"))).isNull();
        assertThat(ProxyRules.DIRECT.proxyFor(URI.create("https://auth.example/token")))
                .isNull();
    }
}
