package dev.tokensidecar.token;

import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * A caller that asks for a token.
 *
 * @param executor delivers a result for which the caller had to wait
 * @param connection supplies its connection; read only for callers that wait
 * @param listener hears the result
 */
public record Caller(Executor executor, Supplier<Connection> connection, CallerListener listener) {}
