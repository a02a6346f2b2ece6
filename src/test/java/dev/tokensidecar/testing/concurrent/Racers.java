package dev.tokensidecar.testing.concurrent;

import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.IntConsumer;

/**
 * Runs the same tasks against each other, round after round, each on a thread of its own, all released at the same moment.
 */
public final class Racers {

    private Racers() {}

    /**
     * Races until the last round has ended or the first task fails.
     *
     * @param prepare runs alone before each round; gets the number of the round, from 0
     * @param tasks run against each other; a task that waits in a loop stops when its thread is interrupted
     * @param check runs alone after each round
     */
    public static void race(int rounds, IntConsumer prepare, List<Runnable> tasks, IntConsumer check) {
        int[] round = {0};
        CyclicBarrier start = new CyclicBarrier(tasks.size(), () -> prepare.accept(round[0]));
        CyclicBarrier end = new CyclicBarrier(tasks.size(), () -> check.accept(round[0]++));
        ExecutorService threads = Executors.newFixedThreadPool(tasks.size());
        ExecutorCompletionService<Boolean> running = new ExecutorCompletionService<>(threads);
        try {
            for (Runnable task : tasks) {
                running.submit(() -> runRounds(rounds, start, task, end));
            }
            for (int i = 0; i < tasks.size(); i++) {
                boolean done = running.take().get();
                if (!done) {
                    throw new AssertionError("round " + round[0] + " was aborted");
                }
            }
        } catch (ExecutionException e) {
            throw new AssertionError("round " + round[0] + ": " + e.getCause(), e.getCause());
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted in round " + round[0], e);
        } finally {
            threads.shutdownNow();
        }
    }

    private static boolean runRounds(int rounds, CyclicBarrier start, Runnable task, CyclicBarrier end)
            throws InterruptedException {
        try {
            for (int i = 0; i < rounds; i++) {
                start.await();
                task.run();
                end.await();
            }
            return true;
        } catch (BrokenBarrierException e) {
            return false;
        }
    }
}
