package dev.tokensidecar.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tokensidecar.ingress.AuditTrail;
import dev.tokensidecar.ingress.Challenge;
import dev.tokensidecar.ingress.Entrance;
import dev.tokensidecar.testing.core.FakeAuthorizationServer;
import dev.tokensidecar.testing.core.FakeStore;
import dev.tokensidecar.testing.core.LocalConnection;
import dev.tokensidecar.testing.time.VirtualTime;
import dev.tokensidecar.token.AccessTokenPublisher;
import dev.tokensidecar.token.BackOff;
import dev.tokensidecar.token.Caller;
import dev.tokensidecar.token.CallerListener;
import dev.tokensidecar.token.InitialGrant;
import dev.tokensidecar.token.RefreshPolicy;
import dev.tokensidecar.token.Session;
import dev.tokensidecar.token.SessionRecord;
import dev.tokensidecar.token.TokenListener;
import dev.tokensidecar.token.TokenRuntime;
import dev.tokensidecar.token.TokenService;
import dev.tokensidecar.token.TokenServices;
import io.vertx.ext.web.RoutingContext;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Fuzzes a report of a rejected token: {@code Authorization} and {@code Prefer} on a line each, then the challenge. */
public final class ReportFuzz {

    /** Nobody looks at it. */
    private static final RoutingContext REQUEST =
            Objects.requireNonNull((RoutingContext) standIn(RoutingContext.class));

    private static final Duration TEN_SECONDS = Duration.ofSeconds(10);
    private static final RefreshPolicy POLICY = new RefreshPolicy(
            TEN_SECONDS,
            0,
            TEN_SECONDS,
            TEN_SECONDS,
            TEN_SECONDS,
            TEN_SECONDS,
            TEN_SECONDS,
            TEN_SECONDS,
            new BackOff(TEN_SECONDS, TEN_SECONDS, TEN_SECONDS, TEN_SECONDS));

    private static final Caller CALLER = new Caller(Runnable::run, () -> LocalConnection.ANY, CallerListener.NONE);

    private ReportFuzz() {}

    /** Called by the fuzzer. */
    public static void fuzzerTestOneInput(byte[] input) {
        String[] lines = new String(input, StandardCharsets.UTF_8).split("\n", 3);
        String authorization = lines[0];
        String prefer = lines.length < 2 ? null : lines[1];
        String challenge = lines.length < 3 ? null : lines[2];
        String reported = token(authorization);
        try {
            Object response = resource()
                    .rejectedAsText(null, authorization, challenge, prefer)
                    .await()
                    .atMost(TEN_SECONDS)
                    .getEntity();
            assertThat(reported).isNotEmpty();
            boolean refreshed = reported.equals("access-1") && Challenge.mayBeCuredByRefresh(challenge);
            assertThat(response).isEqualTo(refreshed ? "access-2" : "access-1");
        } catch (InvalidRequest e) {
            assertThat(reported).isEmpty();
            assertThat(e.detail()).isEqualTo("send the rejected token as \"Authorization: Bearer <token>\"");
        }
    }

    /** Returns a resource that has {@code access-1} and refreshes it immediately. */
    private static TokenResource resource() {
        VirtualTime time = new VirtualTime();
        FakeAuthorizationServer server = new FakeAuthorizationServer();
        server.initialGrant(InitialGrant.UNATTENDED);
        server.respondImmediately();
        TokenRuntime runtime = new TokenRuntime(time, new Random(1), time, Runnable::run);
        FakeStore store = new FakeStore();
        store.contents(SessionRecord.EMPTY);
        Session session = new Session(store, TEN_SECONDS, FakeStore.PROCESS, runtime);
        TokenService service = new TokenService(
                "default",
                server,
                session,
                POLICY,
                1,
                connections -> Collections.nCopies(connections.size(), ""),
                runtime,
                new TokenListener() {},
                AccessTokenPublisher.NONE);
        service.start();
        ConfiguredTokens tokens = new ConfiguredTokens(
                new TokenServices(Map.of(TokenServices.DEFAULT, service)),
                Map.of(
                        TokenServices.DEFAULT,
                        new RequestParameters(TEN_SECONDS, TEN_SECONDS, List.of(), "sidecar.token.fields")),
                new ObjectMapper(),
                time);
        return new TokenResource.DefaultToken(
                tokens,
                new ConfiguredExchanges(Map.of()),
                time,
                () -> CALLER,
                () -> Entrance.ofAllTokens("test"),
                new AuditedResults(AuditTrail.OFF, () -> REQUEST));
    }

    /** Nobody looks at the request, because there is no audit trail. */
    private static @Nullable Object standIn(Class<?> type) {
        if (!type.isInterface()) {
            return type.equals(int.class) ? 0 : null;
        }
        return Proxy.newProxyInstance(
                ReportFuzz.class.getClassLoader(),
                new Class<?>[] {type},
                (proxy, method, arguments) -> standIn(method.getReturnType()));
    }

    /** Reads the token (RFC 6750 section 2.1) without regular expressions; empty if the header has none. */
    private static String token(String authorization) {
        String scheme = "bearer ";
        boolean bearer = authorization.toLowerCase(Locale.ROOT).startsWith(scheme);
        String token = bearer ? trim(authorization.substring(scheme.length())) : "";
        return token.chars().allMatch(character -> character > ' ' && character < 0x7f) ? token : "";
    }

    private static String trim(String text) {
        int start = 0;
        int end = text.length();
        while (start < end && text.charAt(start) == ' ') {
            start++;
        }
        while (end > start && text.charAt(end - 1) == ' ') {
            end--;
        }
        return text.substring(start, end);
    }
}
