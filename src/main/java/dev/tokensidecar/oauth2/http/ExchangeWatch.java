package dev.tokensidecar.oauth2.http;

import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** Sees what a server shows of itself during an exchange. Called on the event loop. */
public interface ExchangeWatch {

    /** Sees nothing. */
    ExchangeWatch NONE = new ExchangeWatch() {
        @Override
        public void connected(@Nullable SSLSession tls) {}

        @Override
        public void received(InboundResponse response) {}
    };

    /**
     * A connection is open.
     *
     * @param tls null without TLS
     */
    void connected(@Nullable SSLSession tls);

    /** A response is here, complete or not. */
    void received(InboundResponse response);
}
