package dev.tokensidecar.forward;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CookieScopeTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
        /orders | /v1 | a=b                                              | a=b; Path=/orders
        /orders | /v1 | a=b; Path=/                                      | a=b; Path=/orders
        /orders | /v1 | a=b; Path=/v1                                    | a=b; Path=/orders
        /orders | /v1 | a=b; Path=/v1/                                   | a=b; Path=/orders
        /orders | /v1 | a=b; path = /v1/items                            | a=b; Path=/orders/items
        /orders | /v1 | a=b; Path=/v1x                                   | -
        /orders | /v1 | a=b; Path=/other                                 | -
        /orders | /v1 | a=b; Path=other                                  | a=b; Path=/orders
        /orders | /v1 | a=b; Path                                        | a=b; Path=/orders
        /orders | /v1 | a=b; Path=/v1/x; Path=/v1/y                      | a=b; Path=/orders/y
        /orders | ''  | a=b; Path=/                                      | a=b; Path=/orders
        /orders | ''  | a=b; Path=/items                                 | a=b; Path=/orders/items
        ''      | /v1 | a=b; Path=/                                      | a=b; Path=/
        ''      | /v1 | a=b; Path=/v1/items                              | a=b; Path=/items
        /orders | ''  | a=b; Domain=.example.com; HttpOnly; Max-Age=5    | a=b; HttpOnly; Max-Age=5; Path=/orders
        /orders | ''  | a=b; Secure; SameSite=None; Partitioned          | a=b; Path=/orders
        /orders | ''  | a=b; secure; SameSite=Lax                        | a=b; SameSite=Lax; Path=/orders
        /orders | ''  | __Secure-a=b; Secure; Path=/x                    | __Secure-a=b; Secure; Path=/orders/x
        /orders | ''  | __Host-a=b; Secure; Path=/                       | -
        ''      | ''  | __Host-a=b; Secure; Path=/                       | __Host-a=b; Secure; Path=/
        """)
    void aCookieIsConfinedToItsRoute(String listenPath, String basePath, String cookie, String rewritten) {
        assertThat(new CookieScope(listenPath, basePath).rewrite(cookie)).isEqualTo(rewritten);
    }
}
