package dev.tokensidecar.config;

import dev.tokensidecar.config.TokenSettings.AuthenticationMethod;
import dev.tokensidecar.config.TokenSettings.AuthorizationServer;
import dev.tokensidecar.config.TokenSettings.Client;
import dev.tokensidecar.config.TokenSettings.ExpiresInUnit;
import dev.tokensidecar.config.TokenSettings.Grant;
import dev.tokensidecar.config.TokenSettings.GrantType;
import dev.tokensidecar.config.TokenSettings.Http;
import dev.tokensidecar.config.TokenSettings.Refresh;
import dev.tokensidecar.config.TokenSettings.Store;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.Config;

/** Turns the configuration into settings, or into the list of everything that is wrong with it. */
public final class SettingsReader {

    /** Prefix of the keys of the token behind {@code /token}. */
    public static final String TOKEN = "sidecar.token.";

    private static final String GUARD = "sidecar.guard.";
    private static final String SHUTDOWN = "sidecar.shutdown.";
    private static final Set<String> LOOPBACK_HOSTS = Set.of("127.0.0.1", "localhost");

    private final Config config;
    private final Map<String, String> environment;

    public SettingsReader(Config config, Map<String, String> environment) {
        this.config = config;
        this.environment = environment;
    }

    /**
     * Reads and checks everything.
     *
     * @throws InvalidConfiguration with all violations at once
     */
    public SidecarSettings read() {
        Keys keys = new Keys(config);
        SidecarSettings settings = read(keys);
        SettingsChecks.check(settings, keys.token(), keys.guard());
        List<String> violations = keys.collect(KeyReader::violations);
        violations.addAll(new UnknownKeys(config, environment, keys.known()).violations());
        String host = config.getOptionalValue("quarkus.http.host", String.class).orElse("127.0.0.1");
        if (!LOOPBACK_HOSTS.contains(host)) {
            violations.add(
                    "quarkus.http.host = '" + host
                            + "' would hand tokens to the network: leave it out, tokens are served on 127.0.0.1 and [::1] only");
        }
        if (!violations.isEmpty()) {
            throw new InvalidConfiguration(List.copyOf(violations));
        }
        return settings;
    }

    /** Every key there is, with its full name, in the order of the documentation. */
    public static Set<String> keys(Config anything) {
        Keys keys = new Keys(anything);
        var unused = read(keys);
        return keys.known();
    }

    /** One reader for each group of keys with a prefix of its own. */
    private record Keys(KeyReader token, KeyReader guard, KeyReader shutdown) {

        Keys(Config config) {
            this(new KeyReader(config, TOKEN), new KeyReader(config, GUARD), new KeyReader(config, SHUTDOWN));
        }

        Set<String> known() {
            return new LinkedHashSet<>(collect(KeyReader::known));
        }

        List<String> collect(Function<KeyReader, Collection<String>> what) {
            return Stream.of(token, guard, shutdown)
                    .map(what)
                    .flatMap(Collection::stream)
                    .collect(Collectors.toCollection(ArrayList::new));
        }
    }

    private static SidecarSettings read(Keys keys) {
        return new SidecarSettings(token(keys.token()), guard(keys.guard()), shutdown(keys.shutdown()));
    }

    private static TokenSettings token(KeyReader keys) {
        return new TokenSettings(
                authorizationServer(keys), client(keys), grant(keys), refresh(keys), store(keys), http(keys));
    }

    private static SidecarSettings.Guard guard(KeyReader keys) {
        return new SidecarSettings.Guard(
                keys.header("required-header"),
                keys.path("caller-secret-file"),
                keys.path("socket"),
                keys.mode("socket-mode", "0660"),
                keys.owner("socket-owner"));
    }

    private static SidecarSettings.Shutdown shutdown(KeyReader keys) {
        return new SidecarSettings.Shutdown(
                keys.duration("pre-stop-delay", Duration.ZERO), keys.positive("grace-period", Duration.ofSeconds(25)));
    }

    private static AuthorizationServer authorizationServer(KeyReader keys) {
        return new AuthorizationServer(
                keys.httpUri("authorization-server.issuer"),
                keys.httpUri("authorization-server.token-endpoint"),
                keys.positive("authorization-server.connect-timeout", Duration.ofSeconds(2)),
                keys.positive("authorization-server.timeout", Duration.ofSeconds(30)),
                keys.text("authorization-server.tls-configuration-name"),
                keys.oneOf("authorization-server.expires-in-unit", ExpiresInUnit.class, ExpiresInUnit.SECONDS),
                keys.text("authorization-server.expires-at-field"));
    }

    private static Client client(KeyReader keys) {
        String id = keys.text("client.id");
        return new Client(
                id == null ? "" : id,
                keys.path("client.secret-file"),
                keys.oneOf(
                        "client.authentication-method",
                        AuthenticationMethod.class,
                        AuthenticationMethod.CLIENT_SECRET_BASIC));
    }

    private static Grant grant(KeyReader keys) {
        return new Grant(
                keys.oneOf("grant.type", GrantType.class, GrantType.REFRESH_TOKEN),
                keys.text("grant.scope"),
                keys.text("grant.audience"),
                keys.list("grant.resource"),
                keys.pairs("grant.extra-parameters"));
    }

    private static Refresh refresh(KeyReader keys) {
        return new Refresh(
                keys.positive("refresh.ahead", Duration.ofMinutes(1)),
                keys.fraction("refresh.jitter", 0.5, 0.1),
                keys.duration("refresh.min-remaining", Duration.ofSeconds(10)),
                keys.duration("refresh.min-interval", Duration.ofSeconds(5)),
                keys.duration("refresh.rejected-interval", Duration.ofMinutes(1)),
                keys.positive("refresh.default-life", Duration.ofMinutes(5)),
                keys.duration("refresh.probe-interval", Duration.ofMinutes(5)),
                keys.positive("refresh.back-off-initial", Duration.ofMillis(500)),
                keys.positive("refresh.back-off-max", Duration.ofSeconds(30)),
                keys.duration("refresh.retry-after-max", Duration.ofMinutes(5)),
                keys.duration("refresh.throttled-max", Duration.ofHours(1)));
    }

    private static Store store(KeyReader keys) {
        return new Store(
                keys.path("store.refresh-token-file"),
                keys.path("store.file"),
                keys.path("store.encryption-key-file"),
                keys.positive("store.timeout", Duration.ofSeconds(2)));
    }

    private static Http http(KeyReader keys) {
        return new Http(
                keys.duration("http.max-wait", Duration.ofSeconds(5)), keys.count("http.max-waiters", 1, 10_000));
    }
}
