package dev.tokensidecar.app;

import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jboss.logmanager.ExtLogRecord;
import org.jboss.logmanager.formatters.PatternFormatter;

/** Collects what the server would log at its start, in the same words. */
final class StartWarnings extends Handler implements AutoCloseable {

    private static final Logger SOURCE = Logger.getLogger(Warnings.class.getName());

    private final PatternFormatter formatter = new PatternFormatter("%m");
    private final List<String> lines = new ArrayList<>();

    private StartWarnings() {
        setLevel(Level.ALL);
    }

    /** Collects until it is closed. */
    static StartWarnings collect() {
        StartWarnings warnings = new StartWarnings();
        SOURCE.setLevel(Level.WARNING);
        SOURCE.setUseParentHandlers(false);
        SOURCE.addHandler(warnings);
        return warnings;
    }

    List<String> lines() {
        return List.copyOf(lines);
    }

    @Override
    public void publish(LogRecord warning) {
        lines.add(formatter.format(ExtLogRecord.wrap(warning)));
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
        SOURCE.removeHandler(this);
        SOURCE.setUseParentHandlers(true);
    }
}
