package dev.tokensidecar.token;

import io.smallrye.mutiny.Uni;
import java.util.concurrent.CompletableFuture;

/** The result of one request that several callers wait for. A caller that leaves affects no other. Thread-safe. */
public final class SharedResult<T> {

    private final CompletableFuture<T> result = new CompletableFuture<>();

    /** Memoized, because it forgets a caller that leaves; a future would keep that caller until the end. */
    private final Uni<T> shared = Uni.createFrom()
            .completionStage(result::minimalCompletionStage)
            .memoize()
            .indefinitely();

    public Uni<T> uni() {
        return shared;
    }

    public void complete(T value) {
        result.complete(value);
    }

    public void fail(Throwable failure) {
        result.completeExceptionally(failure);
    }
}
