package dev.tokensidecar.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.config.ForwardSettings.CallerAuthorization;
import dev.tokensidecar.config.ForwardSettings.Cookies;
import dev.tokensidecar.config.ForwardSettings.Expired;
import dev.tokensidecar.config.ForwardSettings.LimitSettings;
import dev.tokensidecar.config.ForwardSettings.Protocol;
import dev.tokensidecar.config.ForwardSettings.Subject;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The keys of the group {@code sidecar.forward}. */
class ForwardSettingsTest {

    /** A value for every key, other than the default. */
    static final Map<String, String> ALL = Map.ofEntries(
            Map.entry("target", "http://api:8080/"),
            Map.entry("token", "shop"),
            Map.entry("subject", "application"),
            Map.entry("port", "8200"),
            Map.entry("listen-path", "/x/y/"),
            Map.entry("caller-authorization", "keep"),
            Map.entry("cookies", "scope"),
            Map.entry("protocol", "http2"),
            Map.entry("expired-status", "400"),
            Map.entry("expired-challenge", "Token"),
            Map.entry("expired-pointer", "/message"),
            Map.entry("expired-text", "token expired"),
            Map.entry("max-requests", "7"),
            Map.entry("max-kept-body", "0"),
            Map.entry("connect-timeout", "1s"),
            Map.entry("idle-timeout", "5m"),
            Map.entry("body-timeout", "2s"),
            Map.entry("tls-configuration-name", "internal"));

    private static final String PREFIX = "sidecar.forward.orders.";

    @Test
    void everyKeyIsReadFromTheEnvironment() {
        SidecarSettings settings = Given.minimal()
                .andMinimal("sidecar.tokens.shop.")
                .variables("sidecar.forward.my-api.", ALL)
                .all();

        assertThat(settings.forwards())
                .containsExactly(Map.entry(
                        "my-api",
                        new ForwardSettings(
                                URI.create("http://api:8080/"),
                                "shop",
                                Subject.APPLICATION,
                                Protocol.HTTP2,
                                8200,
                                "/x/y",
                                CallerAuthorization.KEEP,
                                Cookies.SCOPE,
                                new Expired(400, "/message", "token expired"),
                                "Token",
                                new LimitSettings(
                                        7, 0, Duration.ofSeconds(1), Duration.ofMinutes(5), Duration.ofSeconds(2)),
                                "internal")));
    }

    @Test
    void aRouteHasAPathOnTheCommonPortAndEveryPathOnItsOwn() {
        Map<String, ForwardSettings> forwards = Given.forward()
                .property("sidecar.forward.stock.target", "https://stock.example.com")
                .property("sidecar.forward.stock.port", "8193")
                .all()
                .forwards();

        assertThat(forwards.values())
                .extracting(ForwardSettings::port, ForwardSettings::listenPath)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(8192, "/orders"),
                        org.assertj.core.groups.Tuple.tuple(8193, ""));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        target               | https://api.example.com?x=1 | must have no query
        target               | ftp://api.example.com       | cannot be used: write an absolute https URL
        token                | another                     | names no configured token: write one of default, or configure it
        port                 | 8191                        | is the same as quarkus.http.port: write another one
        port                 | 9191                        | is the same as quarkus.management.port: write another one
        port                 | 65536                       | must be at most 65535
        port                 | 0                           | must be at least 1
        listen-path          | orders                      | cannot be used: write a path such as /orders, or / for every path
        listen-path          | /a?b                        | cannot be used: write a path such as /orders, or / for every path
        caller-authorization | drop                        | = 'drop' cannot be used: write one of replace, keep
        expired-status       | 500                         | must be at most 499
        expired-status       | 302                         | must not be a redirect: write a status such as 200, 400 or 403
        expired-status       | 400                         | needs sidecar.forward.orders.expired-pointer and sidecar.forward.orders.expired-text
        expired-pointer      | message                     | cannot be used: write a JSON pointer, such as /message
        expired-pointer      | /message                    | needs sidecar.forward.orders.expired-pointer and
        max-requests         | 0                           | must be at least 1
        max-kept-body        | 64K                         | = '64K' cannot be used: write a whole number
        connect-timeout      | 0s                          | must be at least 1ms
        idle-timeout         | soon                        | = 'soon' cannot be used
        body-timeout         | 0s                          | must be at least 1ms
        subject              | user                        | = 'user' cannot be used: write one of application, caller-authorization
        protocol             | h2                          | = 'h2' cannot be used: write one of auto, http1, http2
        cookies              | keep                        | = 'keep' cannot be used: write one of drop, scope
        """)
    void anUnusableValueIsAViolationWithARemedy(String key, String value, String problem) {
        List<String> violations = Given.forward().property(PREFIX + key, value).violations();

        assertThat(violations).anySatisfy(violation -> assertThat(violation).startsWith(PREFIX + key + " " + problem));
    }

    @Test
    void aRouteNeedsATarget() {
        assertThat(Given.minimal().property(PREFIX + "port", "8200").violations())
                .containsExactly(
                        PREFIX + "target is missing: write the URL of the API, such as https://api.example.com");
    }

    @Test
    void twoRoutesCannotShareAPathOnOnePort() {
        assertThat(Given.forward()
                        .property("sidecar.forward.stock.target", "https://stock.example.com")
                        .property("sidecar.forward.stock.listen-path", "/orders")
                        .violations())
                .containsExactly("sidecar.forward.stock.listen-path is the same as that of sidecar.forward.orders"
                        + " on the same port: write another one, or another sidecar.forward.stock.port");
    }

    @ParameterizedTest
    @CsvSource({"/orders/old, 8192", "/orders/old, 8200", "/, 8200", "/orders, 8200"})
    void aRouteWithCookiesSharesNoPaths(String listenPath, String port) {
        assertThat(Given.forward()
                        .property(PREFIX + "cookies", "scope")
                        .property("sidecar.forward.stock.target", "https://stock.example.com")
                        .property("sidecar.forward.stock.listen-path", listenPath)
                        .property("sidecar.forward.stock.port", port)
                        .violations())
                .containsExactly(PREFIX
                        + "cookies cannot be scope: its paths and those of sidecar.forward.stock overlap,"
                        + " on whatever port, and a cookie would reach both: write another " + PREFIX + "listen-path");
    }

    @Test
    void aRouteWithItsOwnPathsMayHaveCookies() {
        assertThat(Given.forward()
                        .property(PREFIX + "cookies", "scope")
                        .property("sidecar.forward.orders2.target", "https://stock.example.com")
                        .all()
                        .forwards())
                .hasSize(2);
    }

    @ParameterizedTest
    @CsvSource({
        "http://stock.example.com, stock.example.com, http2",
        "http://stock.example.com, other.example.com, auto",
        "https://stock.example.com, other.example.com, http2"
    })
    void http2ReachesAnApiDirectlyOrThroughATunnel(String target, String direct, String protocol) {
        assertThat(proxied(target, direct, protocol).all().forwards()).hasSize(1);
    }

    @Test
    void aProxyWithoutTlsCannotForwardHttp2() {
        assertThat(proxied("http://stock.example.com", "other.example.com", "http2")
                        .violations())
                .containsExactly(PREFIX + "protocol cannot be http2 through a proxy without TLS: write https in "
                        + PREFIX + "target, or the host in sidecar.proxy.no-proxy");
    }

    private static Given proxied(String target, String direct, String protocol) {
        return Given.minimal()
                .property("sidecar.proxy.url", "http://proxy.example.com:3128")
                .property("sidecar.proxy.no-proxy", direct)
                .property(PREFIX + "target", target)
                .property(PREFIX + "protocol", protocol);
    }

    @Test
    void theCallerSecretIsNeverSentToAnApi() {
        assertThat(Given.forward()
                        .property("sidecar.guard.caller-secret-file", "/etc/caller-secret")
                        .property(PREFIX + "caller-authorization", "keep")
                        .violations())
                .containsExactly(PREFIX + "caller-authorization cannot be keep with sidecar.guard.caller-secret-file:"
                        + " the API would be shown that secret");
    }

    @Test
    void misspeltKeysAndUnusableNamesAreViolations() {
        assertThat(Given.forward().property(PREFIX + "tokens", "x").violations())
                .containsExactly(PREFIX + "tokens is not known: did you mean " + PREFIX + "token?");
        assertThat(Given.minimal()
                        .property("sidecar.forward.My_Api.target", "https://api.example.com")
                        .violations())
                .anySatisfy(violation -> assertThat(violation)
                        .isEqualTo(
                                "sidecar.forward.My_Api has no usable name: write up to 63 lower-case letters, digits"
                                        + " and hyphens"));
    }
}
