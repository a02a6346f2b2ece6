package dev.tokensidecar.telemetry;

import dev.tokensidecar.exchange.ExchangeListener;
import dev.tokensidecar.exchange.ExchangeObserver;
import dev.tokensidecar.token.RefreshFailure;
import java.time.Duration;
import java.util.List;

/** Passes everything on to several listeners. */
public record CompositeExchangeListener(List<ExchangeListener> listeners) implements ExchangeListener {

    public CompositeExchangeListener(ExchangeListener... listeners) {
        this(List.of(listeners));
    }

    @Override
    public void called(ServedBy source) {
        listeners.forEach(listener -> listener.called(source));
    }

    @Override
    public ExchangeObserver exchangeStarting() {
        List<ExchangeObserver> observers =
                listeners.stream().map(ExchangeListener::exchangeStarting).toList();
        return new ExchangeObserver() {
            @Override
            public void succeeded(Duration duration) {
                observers.forEach(observer -> observer.succeeded(duration));
            }

            @Override
            public void failed(RefreshFailure failure, Duration duration) {
                observers.forEach(observer -> observer.failed(failure, duration));
            }
        };
    }

    @Override
    public void evicted() {
        listeners.forEach(ExchangeListener::evicted);
    }

    @Override
    public void rejectionReported() {
        listeners.forEach(ExchangeListener::rejectionReported);
    }
}
