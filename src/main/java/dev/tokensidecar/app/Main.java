package dev.tokensidecar.app;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;

/** Runs the sidecar without arguments, and one of the other commands with them. */
@QuarkusMain
public final class Main {

    private Main() {}

    /** Runs until a signal ends the process, or until the command has its result. */
    public static void main(String... arguments) {
        if (arguments.length == 0 || (arguments.length == 1 && arguments[0].equals("serve"))) {
            Quarkus.run();
        } else {
            System.exit(CommandMain.run(arguments));
        }
    }
}
