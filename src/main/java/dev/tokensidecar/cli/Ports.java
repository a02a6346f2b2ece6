package dev.tokensidecar.cli;

import java.util.Map;

/** Reads the number of a port. */
final class Ports {

    private static final int LAST = 65_535;

    private Ports() {}

    /** Returns the port in an environment variable, or the default. */
    static int of(Map<String, String> environment, String variable, String otherwise) {
        String text = environment.getOrDefault(variable, otherwise);
        try {
            int port = Integer.parseInt(text);
            if (port > 0 && port <= LAST) {
                return port;
            }
        } catch (NumberFormatException notANumber) {
            // reported below
        }
        throw new CommandFailure(variable + " is not a port: " + text);
    }
}
