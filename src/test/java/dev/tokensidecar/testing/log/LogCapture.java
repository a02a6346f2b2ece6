package dev.tokensidecar.testing.log;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jboss.logmanager.ExtLogRecord;
import org.jboss.logmanager.formatters.PatternFormatter;

/** Captures log records while it is open: category, message, and the stack trace with its causes. */
public final class LogCapture extends Handler implements AutoCloseable {

    private final PatternFormatter formatter = new PatternFormatter("%c %m%n%e");
    private final Queue<String> lines = new ConcurrentLinkedQueue<>();
    private final Logger logger;

    private LogCapture(Logger logger) {
        this.logger = logger;
        setLevel(Level.ALL);
    }

    /** Captures a category; the empty name means all. */
    public static LogCapture of(String category) {
        LogCapture capture = new LogCapture(Logger.getLogger(category));
        capture.logger.addHandler(capture);
        return capture;
    }

    @Override
    public void publish(LogRecord log) {
        lines.add(formatter.format(ExtLogRecord.wrap(log)));
    }

    /** Returns the lines so far. */
    public List<String> lines() {
        return List.copyOf(lines);
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
        logger.removeHandler(this);
    }
}
