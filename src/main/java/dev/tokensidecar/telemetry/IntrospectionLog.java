package dev.tokensidecar.telemetry;

import dev.tokensidecar.introspection.InactiveReason;
import dev.tokensidecar.introspection.IntrospectionListener;
import dev.tokensidecar.token.LogValue;
import dev.tokensidecar.token.RefreshFailure;
import dev.tokensidecar.token.TimeSource;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Logs why tokens are not active, and that keys cannot be fetched. Strangers send tokens, so each reason has at most one line a
 * minute, with the number of tokens since the last one.
 */
public final class IntrospectionLog implements IntrospectionListener {

    private static final Logger LOG = Logger.getLogger(IntrospectionLog.class);
    private static final String NONE = "none";

    private record Inactivity(String issuer, InactiveReason reason) {}

    private final TimeSource time;
    private final Map<Inactivity, MinuteTally> tallies = new ConcurrentHashMap<>();
    private final Map<String, MinuteTally> asked = new ConcurrentHashMap<>();
    private final Set<String> failing = ConcurrentHashMap.newKeySet();

    public IntrospectionLog(TimeSource time) {
        this.time = time;
    }

    @Override
    public void inactive(@Nullable String issuer, InactiveReason reason) {
        String name = issuer == null ? NONE : issuer;
        long tokens = tallies.computeIfAbsent(new Inactivity(name, reason), kind -> new MinuteTally())
                .count(time.now());
        if (tokens > 0) {
            LOG.infof(
                    "a token is not active issuer=%s reason=%s tokens=%d",
                    LogValue.of(name), LogValue.of(reason.label()), tokens);
        }
    }

    @Override
    public void keysFetched(String issuer, FetchCause cause, int usable, @Nullable RefreshFailure failure) {
        if (failure == null) {
            if (failing.remove(issuer)) {
                LOG.infof("the keys of an issuer can be fetched again issuer=%s keys=%d", LogValue.of(issuer), usable);
            }
        } else if (failing.add(issuer)) {
            LOG.warnf(
                    "cannot fetch the keys of an issuer issuer=%s error=%s detail=%s keys=%d"
                            + " cure=\"none needed if the issuer is down; else check issuer and keys.jwks-uri\"",
                    LogValue.of(issuer), LogValue.of(failure.error()), LogValue.of(failure.detail()), usable);
        }
    }

    /** Strangers choose about which tokens a server is asked, so they may make it fail and answer in turn. */
    private boolean isDue(String direction, String issuer) {
        return asked.computeIfAbsent(direction + "/" + issuer, key -> new MinuteTally())
                        .count(time.now())
                > 0;
    }

    @Override
    public void asked(String issuer, Duration duration, @Nullable RefreshFailure failure) {
        String key = issuer + "/server";
        if (failure == null) {
            if (failing.contains(key) && isDue("responds", issuer) && failing.remove(key)) {
                LOG.infof("the introspection endpoint responds again issuer=%s", LogValue.of(issuer));
            }
        } else if (!failing.contains(key) && isDue("fails", issuer) && failing.add(key)) {
            LOG.warnf(
                    "the introspection endpoint gives no usable response issuer=%s error=%s detail=%s cure=%s",
                    LogValue.of(issuer),
                    LogValue.of(failure.error()),
                    LogValue.of(failure.detail()),
                    LogValue.of(failure.cure()));
        }
    }
}
