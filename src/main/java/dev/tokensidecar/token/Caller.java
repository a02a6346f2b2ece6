package dev.tokensidecar.token;

import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * One who asks for a token.
 *
 * @param executor where the answer is delivered when it takes a wait
 * @param connection tells how it is connected; only asked about one who has to wait
 * @param listener hears what comes of it
 */
public record Caller(Executor executor, Supplier<Connection> connection, CallerListener listener) {}
