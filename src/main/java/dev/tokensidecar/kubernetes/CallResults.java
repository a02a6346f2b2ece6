package dev.tokensidecar.kubernetes;

import dev.tokensidecar.token.RecordConflict;
import dev.tokensidecar.token.StoreFailure;
import dev.tokensidecar.token.StoreListener;
import dev.tokensidecar.token.StoreListener.Result;
import dev.tokensidecar.token.StoreListener.Verb;
import io.smallrye.mutiny.Uni;
import org.jspecify.annotations.Nullable;

/** Tells a listener how calls to the API server end. */
record CallResults(StoreListener listener) {

    /**
     * Reports the result of a read or write. A call that the caller gives up, because it has taken too long, is
     * {@link Result#SLOW}.
     */
    <T> Uni<T> of(Verb verb, Uni<T> call) {
        return call.onTermination()
                .invoke((done, failure, cancelled) -> listener.called(verb, cancelled ? Result.SLOW : result(failure)));
    }

    /** Reports the result of a watch, unless this process ends it. */
    Uni<Void> ofWatch(Uni<Void> watch) {
        return watch.onItemOrFailure().invoke((done, failure) -> listener.called(Verb.WATCH, result(failure)));
    }

    private static Result result(@Nullable Throwable failure) {
        return switch (failure) {
            case null -> Result.OK;
            case RecordConflict conflict -> Result.CONFLICT;
            case StaleVersion stale -> Result.OUTDATED;
            case StoreFailure known -> Result.of(known.problem());
            default -> Result.REJECTED;
        };
    }
}
