package dev.tokensidecar.fleet;

import dev.tokensidecar.fleet.Fault.Loss;

/** The network between one member and one server. */
final class Path {

    private final EventQueue queue;
    private long cutUntil;
    private Loss loss = Loss.SILENT;

    Path(EventQueue queue) {
        this.queue = queue;
    }

    void cut(long until, Loss how) {
        cutUntil = Math.max(cutUntil, until);
        loss = how;
    }

    boolean isCut() {
        return queue.now() < cutUntil;
    }

    long cutUntil() {
        return cutUntil;
    }

    Loss loss() {
        return loss;
    }
}
