package dev.tokensidecar.api;

/** No issuer of tokens is configured. */
final class IntrospectionMissing extends RuntimeException {

    IntrospectionMissing() {
        super(null, null, false, false);
    }
}
