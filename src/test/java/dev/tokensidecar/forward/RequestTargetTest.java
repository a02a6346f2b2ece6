package dev.tokensidecar.forward;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestTargetTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "?q=..",
                "/",
                "//x",
                "/items/a%2Fb",
                "/items/a%5Cb",
                "/a%20b",
                "/100%25",
                "/100%25/x",
                "/50%25off",
                "/a%2520b",
                "/caf%C3%A9",
                "/%F0%9F%98%80",
                "/..foo",
                "/foo..",
                "/a..b",
                "/...",
                "/v1.2",
                "/.well-known/x",
                "/a;v=1.0/b",
                "/a%3Bb",
                "/a%3Fb%23c",
                "/x?path=/../..;/%2e%2e%00%",
            })
    void ordinaryPathsAreForwarded(String path) {
        assertThat(RequestTarget.violation(path)).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/..",
                "/.",
                "/../x",
                "/./x",
                "/..?x",
                "/..;/admin",
                "/..;a=b/admin",
                "/.;/admin",
                "/%2e%2e;/admin",
                "/..%3b/admin",
                "/..%3B%2fadmin",
                "/%2e%2E/x",
                "/.%2e/x",
                "/..%2fx",
                "/x%2f..",
                "/..%5cx",
                "/x%5c..%5cy",
                "/..%20/x",
                "/%20../x",
                "/..%3fx",
                "/..%23x",
                "/..%00",
                "/..%00/x",
                "/x%00",
                "/x%0d%0aX:%20b",
                "/x%1f",
                "/x%7f",
                "/x%C2%85",
                "/..%c0%af",
                "/%c0%ae%c0%ae/x",
                "/%e0%80%ae%e0%80%ae/x",
                "/%f0%80%80%ae/x",
                "/x%ff",
                "/x%E9",
                "/%252e%252e/x",
                "/%252E./x",
                "/x%252fy",
                "/x%255cy",
                "/%25252e%25252e/x",
                "/%25c0%25ae/x",
                "/x%2500",
                "/..%253b/x",
                "/x%",
                "/x%2",
                "/x%zz",
                "/%u002e%u002e/x",
                "/%EF%BC%8E%EF%BC%8E/x",
                "/%E2%80%A5/x",
                "/x%EF%BC%8F..",
                "/a\\b",
                "/x#y",
                "/é",
            })
    void ambiguousPathsAreRejected(String path) {
        assertThat(RequestTarget.violation(path)).isNotBlank();
    }
}
