package dev.tokensidecar.token;

import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.random.RandomGenerator;

/**
 * What the core needs from the machine. Tests pass simulated parts.
 *
 * @param time both clocks
 * @param random jitter and back-off
 * @param timers deadlines and the refresh timer; their tasks never block
 * @param worker runs refreshes and reads refresh tokens, outside every caller's context; may block
 */
public record TokenRuntime(TimeSource time, RandomGenerator random, ScheduledExecutorService timers, Executor worker) {}
