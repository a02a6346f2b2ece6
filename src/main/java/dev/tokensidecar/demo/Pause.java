package dev.tokensidecar.demo;

import java.time.Duration;

/** How long a {@link Fault} delays its request. */
public sealed interface Pause {

    record None() implements Pause {}

    /** A fixed delay. */
    record For(Duration duration) implements Pause {}

    /** Until {@link DemoAuthorizationServer#release()}. */
    record UntilReleased() implements Pause {}

    /** Until the client gives up. */
    record ForEver() implements Pause {}
}
