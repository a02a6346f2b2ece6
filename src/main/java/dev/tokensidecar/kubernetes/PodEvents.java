package dev.tokensidecar.kubernetes;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tokensidecar.token.AccessToken;
import dev.tokensidecar.token.LastRefresh;
import dev.tokensidecar.token.LogValue;
import dev.tokensidecar.token.LoginPrompt;
import dev.tokensidecar.token.Moment;
import dev.tokensidecar.token.ProcessId;
import dev.tokensidecar.token.RefreshFailure;
import dev.tokensidecar.token.RefreshObserver;
import dev.tokensidecar.token.RefreshReason;
import dev.tokensidecar.token.TokenListener;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Tells people who look at a pod that somebody has to act before it gets a token: {@code kubectl describe pod} shows an Event.
 * Nothing depends on it: if the API server does not accept an Event, the log still has everything.
 */
public final class PodEvents implements TokenListener, RefreshObserver {

    private static final Logger LOG = Logger.getLogger(PodEvents.class);

    /** Kubernetes forgets an Event after an hour, unless it is configured otherwise. */
    private static final Duration INTERVAL = Duration.ofMinutes(50);

    private final ApiServer api;
    private final ProcessId pod;
    private final String token;
    private @Nullable String lastMessage;
    private @Nullable Moment lastSent;

    /**
     * @param pod name and UID of this pod
     * @param token the configured name of the token
     */
    public PodEvents(ApiServer api, ProcessId pod, String token) {
        this.api = api;
        this.pod = pod;
        this.token = token;
    }

    @Override
    public RefreshObserver refreshStarting(RefreshReason reason) {
        return this;
    }

    @Override
    public void failed(LastRefresh refresh, RefreshFailure failure, Duration pause, boolean tokenStillUsable) {
        switch (failure) {
            case RefreshFailure.InvalidGrant dead -> warn("SessionEnded", problem(dead));
            case RefreshFailure.AuthorizationPending pending -> warn("LoginRequired", login(pending.prompt()));
            case RefreshFailure.Misconfigured wrong -> warn("RefreshRejected", problem(wrong));
            case RefreshFailure.Unavailable unused -> {}
            case RefreshFailure.InvalidResponse unused -> {}
        }
    }

    private static String problem(RefreshFailure failure) {
        return "the authorization server responded " + failure.error() + ": " + failure.cure();
    }

    private static String login(LoginPrompt prompt) {
        return "somebody has to log in: open %s and enter the code %s"
                .formatted(prompt.verificationUri(), prompt.userCode());
    }

    @Override
    public void succeeded(LastRefresh refresh, AccessToken accessToken, boolean refreshTokenPersisted) {
        recovered();
    }

    @Override
    public void adopted(LastRefresh refresh, AccessToken accessToken) {
        recovered();
    }

    @Override
    public void adopted(AccessToken accessToken) {
        recovered();
    }

    private synchronized void warn(String reason, String message) {
        Moment now = api.runtime().time().now();
        boolean recent = lastSent != null && now.since(lastSent).compareTo(INTERVAL) < 0;
        if (!message.equals(lastMessage) || !recent) {
            lastMessage = message;
            lastSent = now;
            send("Warning", reason, message, now.instant());
        }
    }

    private synchronized void recovered() {
        if (lastMessage != null) {
            lastMessage = null;
            send(
                    "Normal",
                    "SessionRestored",
                    "there is an access token again",
                    api.runtime().time().now().instant());
        }
    }

    private void send(String type, String reason, String message, Instant now) {
        var unused = api.create(namespace -> event(namespace, type, reason, "token " + token + ": " + message, now))
                .subscribe()
                .with(created -> {}, failure -> ignore(reason, failure));
    }

    private static void ignore(String reason, Throwable failure) {
        LOG.debugf("no Event reason=%s detail=%s", LogValue.of(reason), LogValue.of(failure.getMessage()));
    }

    private ObjectNode event(String namespace, String type, String reason, String message, Instant now) {
        String time = now.truncatedTo(ChronoUnit.SECONDS).toString();
        ObjectNode event = JsonNodeFactory.instance.objectNode();
        event.put("apiVersion", "v1").put("kind", "Event");
        event.putObject("metadata").put("generateName", pod.name() + ".");
        event.putObject("involvedObject")
                .put("apiVersion", "v1")
                .put("kind", "Pod")
                .put("namespace", namespace)
                .put("name", pod.name())
                .put("uid", pod.place());
        event.putObject("source").put("component", "token-sidecar");
        return event.put("type", type)
                .put("reason", reason)
                .put("message", message)
                .put("count", 1)
                .put("firstTimestamp", time)
                .put("lastTimestamp", time)
                .put("reportingComponent", "token-sidecar")
                .put("reportingInstance", pod.name());
    }
}
