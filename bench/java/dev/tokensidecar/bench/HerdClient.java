package dev.tokensidecar.bench;

import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Sends the requests of all callers at the same moment, over open connections, in one thread. */
final class HerdClient implements AutoCloseable {

    private static final int REQUESTS_BETWEEN_READS = 32;
    private static final int OK = 200;

    private final Selector selector = Selector.open();
    private final List<CallerConnection> callers = new ArrayList<>();

    HerdClient(int port, int number) throws IOException {
        for (int caller = 0; caller < number; caller++) {
            callers.add(CallerConnection.open(port, selector));
        }
    }

    /** Sends one request of each caller and waits for the responses. */
    HerdRun run(Duration timeout) throws IOException {
        HerdRun run = new HerdRun(callers.size());
        long deadline = WallClock.micros() + timeout.toNanos() / 1000;
        run.start(WallClock.micros());
        for (int sent = 0; sent < callers.size(); sent++) {
            callers.get(sent).send(0);
            if (sent % REQUESTS_BETWEEN_READS == 0 && selector.selectNow() > 0) {
                read(run);
            }
        }
        run.allSent(WallClock.micros());
        while (run.pending() > 0 && WallClock.micros() < deadline) {
            if (selector.select(timeout.toMillis()) > 0) {
                read(run);
            }
        }
        return run;
    }

    private void read(HerdRun run) {
        for (SelectionKey key : selector.selectedKeys()) {
            try {
                int status = ((CallerConnection) key.attachment()).read();
                if (status != 0) {
                    run.completed(WallClock.micros(), status == OK);
                }
            } catch (IOException broken) {
                key.cancel();
                run.completed(WallClock.micros(), false);
            }
        }
        selector.selectedKeys().clear();
    }

    @Override
    public void close() throws IOException {
        for (CallerConnection caller : callers) {
            caller.close();
        }
        selector.close();
    }
}
