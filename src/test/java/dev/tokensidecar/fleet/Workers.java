package dev.tokensidecar.fleet;

import java.util.concurrent.Callable;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinWorkerThread;

/**
 * Runs a parallel stream on threads with the class loader of the caller. The common pool keeps the loader of the test that
 * used it first, with which Mutiny does not find its plug-ins.
 */
final class Workers {

    private Workers() {}

    /** Returns the result of a task whose parallel streams run on all processors. */
    static <T> T parallel(Callable<T> task) {
        ClassLoader loader = Thread.currentThread().getContextClassLoader();
        ForkJoinPool.ForkJoinWorkerThreadFactory threads = pool -> {
            ForkJoinWorkerThread thread = ForkJoinPool.defaultForkJoinWorkerThreadFactory.newThread(pool);
            thread.setContextClassLoader(loader);
            return thread;
        };
        try (ForkJoinPool pool = new ForkJoinPool(Runtime.getRuntime().availableProcessors(), threads, null, false)) {
            return pool.submit(task).join();
        }
    }
}
