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

    private final Logger source;

    private final PatternFormatter formatter = new PatternFormatter("%m");
    private final List<String> lines = new ArrayList<>();

    private StartWarnings() {
        this.source = Logger.getLogger(Warnings.class.getName());
        setLevel(Level.ALL);
    }

    /** Collects until it is closed. */
    static StartWarnings collect() {
        StartWarnings warnings = new StartWarnings();
        warnings.source.setLevel(Level.WARNING);
        warnings.source.setUseParentHandlers(false);
        warnings.source.addHandler(warnings);
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
        source.removeHandler(this);
        source.setUseParentHandlers(true);
    }
}
