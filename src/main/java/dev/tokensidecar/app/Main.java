package dev.tokensidecar.app;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import java.util.List;

/** The command line: runs the sidecar without arguments, and with {@code probe} checks the one that runs on this host. */
@QuarkusMain
public final class Main {

    private static final String USAGE = """
            usage: token-sidecar                                         run; settings come from the environment
                   token-sidecar probe started|ready|live [--wait=60s]   check the running sidecar: exit code 0 up, 1 not
            """;

    private Main() {}

    /** Runs until a signal ends the process, or until the probe has its result. */
    public static void main(String... arguments) {
        if (arguments.length == 0) {
            Quarkus.run();
        } else {
            System.exit(command(List.of(arguments)));
        }
    }

    private static int command(List<String> arguments) {
        try {
            return Probe.of(arguments, System.getenv()).run(System.out);
        } catch (IllegalArgumentException e) {
            System.err.println("token-sidecar: " + e.getMessage());
            System.err.print(USAGE);
            return 2;
        }
    }
}
