package dev.tokensidecar.demo;

import java.time.Duration;

/** How long a {@link Fault} lets its request wait. */
public sealed interface Pause {

    /** Not at all. */
    record None() implements Pause {}

    /** This long. */
    record For(Duration duration) implements Pause {}

    /** Until {@link DemoAuthorizationServer#release()}. */
    record UntilReleased() implements Pause {}

    /** Until the client gives up. */
    record ForEver() implements Pause {}
}
