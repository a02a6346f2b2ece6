package dev.tokensidecar.token;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.testing.core.FakeAuthorizationServer;
import dev.tokensidecar.testing.core.FakeStore;
import dev.tokensidecar.testing.core.RecordingListener;
import dev.tokensidecar.testing.time.VirtualTime;
import io.smallrye.mutiny.helpers.test.UniAssertSubscriber;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Several access tokens of one session: one request at a time, always with the newest refresh token. */
class SessionTest {

    private final VirtualTime time = new VirtualTime();
    private final FakeAuthorizationServer server = new FakeAuthorizationServer();
    private final FakeStore store = new FakeStore();
    private final RecordingListener listener = new RecordingListener();
    private final TokenRuntime runtime = new TokenRuntime(time, new Random(1), time, Runnable::run);
    private final Session session = new Session(store, Duration.ofSeconds(2), FakeStore.PROCESS, runtime);
    private final TokenService orders = service("orders");
    private final TokenService invoices = service("invoices");

    private TokenService service(String name) {
        return new TokenService(
                name, server, session, Core.POLICY, 10, Core::groupsOf, runtime, listener, AccessTokenPublisher.NONE);
    }

    private static UniAssertSubscriber<AccessToken> ask(TokenService service) {
        return service.token(TokenRequest.any(Duration.ofSeconds(20)), Core.CALLER)
                .subscribe()
                .withSubscriber(UniAssertSubscriber.create());
    }

    @Test
    void oneRequestAtATimeAndEachWithTheNewestRefreshToken() {
        var order = ask(orders);
        var invoice = ask(invoices);
        assertThat(server.posts()).isEqualTo(1);

        server.grant();
        assertThat(Core.value(order)).isEqualTo("access-1");
        server.grant();

        assertThat(Core.value(invoice)).isEqualTo("access-2");
        assertThat(server.presented()).containsExactly("refresh-0", "refresh-1");
        assertThat(server.maxInFlight()).isEqualTo(1);
        assertThat(store.saved()).containsExactly("refresh-1", "refresh-2");
    }

    /** The API server counts the calls of the pod, however many tokens it has. */
    @Test
    void tokensShareTheCallsToAStoreThatFails() {
        store.failLoads(StoreProblem.UNREACHABLE);
        orders.start();
        invoices.start();
        time.advance(Duration.ofMinutes(1));
        int before = store.reads();

        time.advance(Duration.ofMinutes(1));

        assertThat(store.reads() - before).isBetween(30, 60);
    }

    @Test
    void bothTokensAreBackSoonAfterTheirStore() {
        store.failLoads(StoreProblem.UNREACHABLE);
        orders.start();
        invoices.start();
        time.advance(Duration.ofMinutes(1));
        server.respondImmediately();
        store.failLoads(null);

        time.advance(Duration.ofSeconds(2));

        assertThat(Core.value(ask(orders))).startsWith("access-");
        assertThat(Core.value(ask(invoices))).startsWith("access-");
    }

    @Test
    void afterAFailureTheNextRefreshStartsImmediately() {
        var order = ask(orders);
        var invoice = ask(invoices);
        server.fail(Core.unavailable());
        server.grant();

        assertThat(Core.failure(order).code()).isEqualTo("temporarily_unavailable");
        assertThat(Core.value(invoice)).isEqualTo("access-1");
    }

    @Test
    void disconnectedCallersDoNotCancelTheirRefresh() {
        ask(orders).cancel();
        var invoice = ask(invoices);
        invoice.cancel();
        server.grant();
        server.grant();

        assertThat(orders.status().generation()).isEqualTo(1);
        assertThat(invoices.status().generation()).isEqualTo(1);
        assertThat(server.presented()).containsExactly("refresh-0", "refresh-1");
    }

    @Test
    void allTokensSeeTheRefreshTokenThatOneReceived() {
        store.notDurable();
        var unused = ask(orders);
        server.grant();

        assertThat(invoices.status().refreshToken())
                .isEqualTo(orders.status().refreshToken())
                .isNotNull();
    }

    @Test
    void allTokensHearOfAStoreFailure() {
        store.failWrites(StoreProblem.FULL, "save");
        var unused = ask(orders);
        server.grant();

        assertThat(listener.events())
                .filteredOn(event -> event.startsWith("store"))
                .hasSize(2);
        assertThat(invoices.status().storeProblem()).isEqualTo(orders.status().storeProblem());
    }

    /** A repeated save must never overwrite a newer token. */
    @Test
    void anOlderRefreshTokenIsNotSavedOverANewerOne() {
        store.failWrites(StoreProblem.FULL, "save");
        var order = ask(orders);
        server.grant();
        assertThat(Core.value(order)).isEqualTo("access-1");
        var invoice = ask(invoices);
        store.failWrites(null);
        time.advance(Duration.ofSeconds(5));
        assertThat(store.saved()).isEmpty();
        server.grant();
        time.advance(Duration.ofSeconds(5));

        assertThat(Core.value(invoice)).isEqualTo("access-2");
        assertThat(store.saved()).containsExactly("refresh-2");
    }

    @Test
    void anUnsavedRefreshTokenIsSavedOnce() {
        store.failWrites(StoreProblem.FULL, "save");
        orders.start();
        invoices.start();
        server.grant();
        server.grant();
        store.failWrites(null);
        time.advance(Duration.ofSeconds(5));

        assertThat(store.saved()).containsExactly("refresh-2");
    }

    @Test
    void severalTokensTryNoMoreOftenThanOneToSaveARefreshToken() {
        store.failWrites(StoreProblem.FULL, "save");
        server.respondImmediately();
        orders.start();
        time.advance(Duration.ofMillis(2_500));
        invoices.start();
        time.advance(Duration.ofSeconds(3));
        store.failWrites(null);
        time.advance(Duration.ofSeconds(4));
        assertThat(store.saved()).isEmpty();
        time.advance(Duration.ofSeconds(1));

        assertThat(store.saved()).containsExactly("refresh-2");
    }

    @Test
    void refreshesRunInOrderOfArrival() {
        List<TokenService> services =
                IntStream.range(0, 5).mapToObj(i -> service("token-" + i)).toList();
        List<UniAssertSubscriber<AccessToken>> results =
                services.stream().map(SessionTest::ask).toList();
        services.forEach(ignored -> server.grant());

        assertThat(results)
                .extracting(Core::value)
                .containsExactly("access-1", "access-2", "access-3", "access-4", "access-5");
    }
}
