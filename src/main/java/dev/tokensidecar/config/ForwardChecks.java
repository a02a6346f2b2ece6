package dev.tokensidecar.config;

import dev.tokensidecar.config.ForwardSettings.CallerAuthorization;
import dev.tokensidecar.config.ForwardSettings.Cookies;
import dev.tokensidecar.config.ForwardSettings.Protocol;
import dev.tokensidecar.config.ForwardSettings.Subject;
import dev.tokensidecar.config.SidecarSettings.ProxySettings;
import dev.tokensidecar.egress.Authority;
import dev.tokensidecar.egress.NoProxy;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.eclipse.microprofile.config.Config;

/** Checks the rules for routes that concern more than one key. */
final class ForwardChecks {

    private final KeyReader process;
    private final Map<String, TokenSettings> tokens;
    private final boolean callerSecret;
    private final ProxySettings proxy;
    private final Map<String, String> routesByListenPath = new HashMap<>();

    /**
     * Takes what the rules need besides the routes.
     *
     * @param tokens all tokens by name
     * @param callerSecret whether callers send a secret, which may be in their {@code Authorization}
     * @param proxy the way to the APIs
     */
    ForwardChecks(Config config, Map<String, TokenSettings> tokens, boolean callerSecret, ProxySettings proxy) {
        this.process = new KeyReader(config, "");
        this.tokens = tokens;
        this.callerSecret = callerSecret;
        this.proxy = proxy;
    }

    void check(Map<String, ForwardSettings> forwards, Map<String, KeyReader> keys) {
        forwards.forEach((name, settings) -> {
            KeyReader reader = Objects.requireNonNull(keys.get(name));
            check(name, settings, reader);
            forwards.entrySet().stream()
                    .filter(other -> settings.cookies() == Cookies.SCOPE
                            && !other.getKey().equals(name)
                            && (isBelow(other.getValue(), settings) || isBelow(settings, other.getValue())))
                    .findFirst()
                    .ifPresent(other -> reader.reject(
                            ForwardKeys.COOKIES,
                            "cannot be scope: its paths and those of " + ForwardKeys.PREFIX + other.getKey()
                                    + " overlap, on whatever port, and a cookie would reach both: write another"
                                    + " {}" + ForwardKeys.LISTEN_PATH));
        });
    }

    private static boolean isBelow(ForwardSettings inner, ForwardSettings outer) {
        return (inner.listenPath() + "/").startsWith(outer.listenPath() + "/");
    }

    private void check(String name, ForwardSettings settings, KeyReader keys) {
        checkToken(settings, keys);
        checkProtocol(settings, keys);
        References.requireFree(settings.port(), process, keys, ForwardKeys.PORT);
        String earlier = routesByListenPath.putIfAbsent(settings.port() + settings.listenPath(), name);
        if (earlier != null) {
            keys.reject(
                    ForwardKeys.LISTEN_PATH,
                    "is the same as that of " + ForwardKeys.PREFIX + earlier
                            + " on the same port: write another one, or another {}" + ForwardKeys.PORT);
        }
        if (settings.subject() == Subject.CALLER_AUTHORIZATION
                && settings.callerAuthorization() == CallerAuthorization.KEEP) {
            keys.reject(
                    ForwardKeys.CALLER_AUTHORIZATION,
                    "cannot be keep with {}" + ForwardKeys.SUBJECT + "=caller-authorization: leave it out");
        }
        if (callerSecret && settings.callerAuthorization() == CallerAuthorization.KEEP) {
            keys.reject(
                    ForwardKeys.CALLER_AUTHORIZATION,
                    "cannot be keep with " + GuardKeys.PREFIX + GuardKeys.CALLER_SECRET_FILE
                            + ": the API would be shown that secret");
        }
    }

    /** A proxy without a tunnel reads the requests itself, and speaks HTTP/1.1. */
    private void checkProtocol(ForwardSettings settings, KeyReader keys) {
        boolean plain = "http".equals(settings.target().getScheme());
        if (settings.protocol() == Protocol.HTTP2
                && plain
                && proxy.http() != null
                && !NoProxy.of(proxy.noProxy()).contains(Authority.of(settings.target()))) {
            keys.reject(
                    ForwardKeys.PROTOCOL,
                    "cannot be http2 through a proxy without TLS: write https in {}" + ForwardKeys.TARGET
                            + ", or the host in " + ProxyKeys.PREFIX + ProxyKeys.NO_PROXY);
        }
    }

    private void checkToken(ForwardSettings settings, KeyReader keys) {
        TokenSettings token = References.token(settings.token(), tokens, keys, ForwardKeys.TOKEN);
        if (token == null) {
            return;
        }
        boolean ofUsers = token.exchange() != null;
        if (ofUsers && settings.subject() == Subject.APPLICATION) {
            keys.reject(
                    ForwardKeys.TOKEN,
                    "names a token that callers get for their users: write {}" + ForwardKeys.SUBJECT
                            + "=caller-authorization, or name another token");
        }
        if (!ofUsers && settings.subject() == Subject.CALLER_AUTHORIZATION) {
            keys.reject(
                    ForwardKeys.SUBJECT,
                    "needs a token with " + GrantKeys.SUBJECT + "=request: name one in {}" + ForwardKeys.TOKEN);
        }
    }
}
