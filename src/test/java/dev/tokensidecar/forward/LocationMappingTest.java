package dev.tokensidecar.forward;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LocationMappingTest {

    @ParameterizedTest
    @CsvSource({
        "https://api.example.com/v1/orders/7?a=b#c, /orders/orders/7?a=b#c",
        "HTTPS://API.example.com:443/v1, /orders",
        "//api.example.com/v1/, /orders/",
        "/v1/orders, /orders/orders",
        "/v1?page=2, /orders?page=2",
        "/v10/orders, https://api.example.com/v10/orders",
        "/login, https://api.example.com/login",
        "https://api.example.com/login, https://api.example.com/login",
        "http://api.example.com/v1/orders, http://api.example.com/v1/orders",
        "https://api.example.com:8443/v1/orders, https://api.example.com:8443/v1/orders",
        "https://user@api.example.com/v1/orders, https://user@api.example.com/v1/orders",
        "https://elsewhere.example/v1, https://elsewhere.example/v1",
        "https://api.example.com/v1//evil.example/x, /orders//evil.example/x",
        "//elsewhere.example/v1, //elsewhere.example/v1",
        "next, next",
        "../next?page=2, ../next?page=2",
        "?page=2, ?page=2",
        "mailto:somebody@example.com, mailto:somebody@example.com",
        "https://[broken/v1, https://[broken/v1",
    })
    void whatIsBelowTheTargetIsBelowTheRoute(String location, String forCaller) {
        assertThat(mapping("/orders", "https://api.example.com/v1").forCaller(location))
                .isEqualTo(forCaller);
    }

    @ParameterizedTest
    @CsvSource({
        "http://api:8080/orders, /orders",
        "http://api:8080, /",
        "http://api:8080?a=b, /?a=b",
        "/login, /login",
        "http://api:8080//evil.example/x, http://api:8080//evil.example/x",
        "http://api/orders, http://api/orders",
    })
    void aRouteMayHaveAPortOfItsOwn(String location, String forCaller) {
        assertThat(mapping("", "http://api:8080/").forCaller(location)).isEqualTo(forCaller);
    }

    private static LocationMapping mapping(String listenPath, String target) {
        return new LocationMapping(listenPath, ForwardTarget.of("orders", URI.create(target)));
    }
}
