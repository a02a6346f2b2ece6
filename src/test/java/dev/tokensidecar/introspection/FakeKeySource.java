package dev.tokensidecar.introspection;

import dev.tokensidecar.token.RefreshFailure;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Publishes keys, immediately or when the test says so. */
final class FakeKeySource implements KeySetSource {

    private final List<UniEmitter<? super String>> held = new ArrayList<>();
    private String keys = "{\"keys\":[]}";
    private @Nullable RefreshFailure failure;
    private boolean holding;
    private int fetches;
    private int unusable;

    @Override
    public Uni<String> fetch() {
        return Uni.createFrom().emitter(emitter -> {
            boolean now;
            synchronized (this) {
                fetches++;
                now = !holding;
                if (holding) {
                    held.add(emitter);
                }
            }
            if (now) {
                respond(emitter);
            }
        });
    }

    @Override
    public synchronized void unusable() {
        unusable++;
    }

    synchronized int rejected() {
        return unusable;
    }

    private void respond(UniEmitter<? super String> emitter) {
        RefreshFailure refused;
        String published;
        synchronized (this) {
            refused = failure;
            published = keys;
        }
        if (refused == null) {
            emitter.complete(published);
        } else {
            emitter.fail(refused);
        }
    }

    /** From now on these are the keys. */
    synchronized void publish(String set) {
        keys = set;
        failure = null;
    }

    synchronized void failWith(RefreshFailure reason) {
        failure = reason;
    }

    synchronized void hold() {
        holding = true;
    }

    /** Responds to everything that is held, and holds nothing any more. */
    void release() {
        List<UniEmitter<? super String>> released;
        synchronized (this) {
            holding = false;
            released = List.copyOf(held);
            held.clear();
        }
        released.forEach(this::respond);
    }

    synchronized int fetches() {
        return fetches;
    }
}
