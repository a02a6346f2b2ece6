package dev.tokensidecar.cli;

/** Reads the number of a port. */
final class Ports {

    private static final int LAST = 65_535;

    private Ports() {}

    /** Returns the port that a key is set to, or the default. */
    static int of(Terminal terminal, String key, int otherwise) {
        GivenSetting given = terminal.setting(key);
        if (given == null) {
            return otherwise;
        }
        try {
            int port = Integer.parseInt(given.value());
            if (port > 0 && port <= LAST) {
                return port;
            }
        } catch (NumberFormatException notANumber) {
            // reported below
        }
        throw new CommandFailure(given.name() + " is not a port: " + given.value());
    }
}
