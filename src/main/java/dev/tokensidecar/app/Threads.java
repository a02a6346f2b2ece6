package dev.tokensidecar.app;

import dev.tokensidecar.introspection.IntrospectionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Creates the threads of the core. The executors of the framework would carry the caller's request context along. The
 * threads are daemons and end when idle: a sidecar has little to do.
 */
final class Threads {

    private static final long IDLE_SECONDS = 30;
    private static final int MAX_RESOLVERS = 4;
    private static final int MAX_CHECKERS = 4;

    private Threads() {}

    /** For deadlines and refresh timers. Their tasks never block. */
    static ScheduledThreadPoolExecutor timers() {
        ScheduledThreadPoolExecutor timers = new ScheduledThreadPoolExecutor(1, named("token-timer"));
        timers.setRemoveOnCancelPolicy(true);
        return timers;
    }

    /** For work that may block on a file. */
    static ExecutorService workers() {
        return new ThreadPoolExecutor(
                0, Integer.MAX_VALUE, IDLE_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(), named("token-worker"));
    }

    /** For signatures. There are as many as there are processors, up to four; one that has no room for a check rejects it. */
    static ExecutorService checkers() {
        int threads = Math.min(MAX_CHECKERS, Runtime.getRuntime().availableProcessors());
        ThreadPoolExecutor checkers = new ThreadPoolExecutor(
                threads,
                threads,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(IntrospectionService.MAX_QUEUED),
                named("token-checker"));
        checkers.allowCoreThreadTimeOut(true);
        return checkers;
    }

    /** For the resolver of names, which may hang. Each name occupies one of them at most. */
    static ExecutorService resolvers() {
        ThreadPoolExecutor resolvers = new ThreadPoolExecutor(
                MAX_RESOLVERS,
                MAX_RESOLVERS,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                named("name-resolver"));
        resolvers.allowCoreThreadTimeOut(true);
        return resolvers;
    }

    /** For saves, one after the other. Each file has a saver of its own, so that a hanging volume delays no other file. */
    static ExecutorService saver() {
        ThreadPoolExecutor saver = new ThreadPoolExecutor(
                1, 1, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), named("token-saver"));
        saver.allowCoreThreadTimeOut(true);
        return saver;
    }

    /** For the audit trail, which reads lists of the kernel. After its end it ignores what requests in flight still report. */
    static ScheduledThreadPoolExecutor auditor() {
        ScheduledThreadPoolExecutor auditor =
                new ScheduledThreadPoolExecutor(1, named("audit-trail"), new ThreadPoolExecutor.DiscardPolicy());
        auditor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        return auditor;
    }

    private static ThreadFactory named(String name) {
        AtomicInteger number = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, name + "-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }
}
