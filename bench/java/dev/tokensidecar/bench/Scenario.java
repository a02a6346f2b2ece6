package dev.tokensidecar.bench;

import java.io.IOException;

/** A measurement with its own section in the report. */
interface Scenario {

    /** Returns the title of its section. */
    String name();

    /** Runs the scenario. Ends all processes that it starts. */
    Section measure(Workbench workbench) throws IOException, InterruptedException;
}
