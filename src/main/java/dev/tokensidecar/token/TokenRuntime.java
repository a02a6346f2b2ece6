package dev.tokensidecar.token;

import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.random.RandomGenerator;

/**
 * What the core takes from the machine it runs on; tests hand in virtual ones.
 *
 * @param time both clocks
 * @param random jitter and back-off
 * @param timers deadlines and the look at what is due; its tasks never block
 * @param worker where flights are made and refresh tokens are read, away from every caller's context; may block
 */
public record TokenRuntime(TimeSource time, RandomGenerator random, ScheduledExecutorService timers, Executor worker) {}
