package dev.tokensidecar.telemetry;

import dev.tokensidecar.introspection.InactiveReason;
import dev.tokensidecar.introspection.IntrospectionListener;
import dev.tokensidecar.token.RefreshFailure;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Passes everything on to several listeners. */
public final class CompositeIntrospectionListener implements IntrospectionListener {

    private final List<IntrospectionListener> listeners;

    public CompositeIntrospectionListener(IntrospectionListener... listeners) {
        this.listeners = List.of(listeners);
    }

    @Override
    public void active(String issuer) {
        listeners.forEach(listener -> listener.active(issuer));
    }

    @Override
    public void inactive(@Nullable String issuer, InactiveReason reason) {
        listeners.forEach(listener -> listener.inactive(issuer, reason));
    }

    @Override
    public void unavailable(@Nullable String issuer) {
        listeners.forEach(listener -> listener.unavailable(issuer));
    }

    @Override
    public void keysFetched(String issuer, FetchCause cause, int usable, @Nullable RefreshFailure failure) {
        listeners.forEach(listener -> listener.keysFetched(issuer, cause, usable, failure));
    }

    @Override
    public void asked(String issuer, Duration duration, @Nullable RefreshFailure failure) {
        listeners.forEach(listener -> listener.asked(issuer, duration, failure));
    }
}
