package dev.tokensidecar.bench;

import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Callers that all ask at the same moment, by connections that are open already. One thread has them all. */
final class HerdClient implements AutoCloseable {

    private static final int ASKED_BETWEEN_LOOKS = 32;
    private static final int OK = 200;

    private final Selector selector = Selector.open();
    private final List<CallerConnection> callers = new ArrayList<>();

    HerdClient(int port, int number) throws IOException {
        for (int caller = 0; caller < number; caller++) {
            callers.add(CallerConnection.open(port, selector));
        }
    }

    /** Has everybody ask once and waits for the answers. */
    HerdRun ask(Duration patience) throws IOException {
        HerdRun run = new HerdRun(callers.size());
        long deadline = WallClock.micros() + patience.toNanos() / 1000;
        run.begin(WallClock.micros());
        for (int asked = 0; asked < callers.size(); asked++) {
            callers.get(asked).ask(0);
            if (asked % ASKED_BETWEEN_LOOKS == 0 && selector.selectNow() > 0) {
                read(run);
            }
        }
        run.allAsked(WallClock.micros());
        while (run.missing() > 0 && WallClock.micros() < deadline) {
            if (selector.select(patience.toMillis()) > 0) {
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
                    run.answered(WallClock.micros(), status == OK);
                }
            } catch (IOException broken) {
                key.cancel();
                run.answered(WallClock.micros(), false);
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
