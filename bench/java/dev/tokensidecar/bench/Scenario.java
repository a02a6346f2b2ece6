package dev.tokensidecar.bench;

import java.io.IOException;

/** Something that is measured. */
interface Scenario {

    /** The title of its section in the report. */
    String name();

    /** Runs it, with processes that are all gone when it is over. */
    Section measure(Workbench workbench) throws IOException, InterruptedException;
}
