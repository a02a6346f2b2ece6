package dev.tokensidecar.token;

import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The services of all configured tokens. */
public final class TokenServices {

    /** The name of the token behind {@code /token}. */
    public static final String DEFAULT = "default";

    private final Map<String, TokenService> byName;

    /** @param byName the services by the names of their tokens, in the order of {@code /status} */
    public TokenServices(Map<String, TokenService> byName) {
        this.byName = Collections.unmodifiableMap(new LinkedHashMap<>(byName));
    }

    /** Returns the service of a token; null if no token has this name. */
    public @Nullable TokenService get(String name) {
        return byName.get(name);
    }

    public Map<String, TokenService> byName() {
        return byName;
    }

    /** Obtains the first tokens, each independently of the others; see {@link TokenService#start()}. */
    public void start() {
        byName.values().forEach(TokenService::start);
    }

    /** Stops all of them concurrently; see {@link TokenService#stop}. */
    public Uni<Void> stop(Duration grace) {
        List<Uni<Void>> ends =
                byName.values().stream().map(service -> service.stop(grace)).toList();
        return Uni.join().all(ends).andCollectFailures().replaceWithVoid();
    }
}
