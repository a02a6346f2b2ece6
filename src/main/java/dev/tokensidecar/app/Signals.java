package dev.tokensidecar.app;

import java.lang.reflect.Proxy;

/**
 * Handlers for signals, through {@code sun.misc.Signal}: supported by every JDK, but named by reflection, since no option
 * makes a compiler that treats warnings as errors accept the name.
 */
final class Signals {

    private Signals() {}

    /** Runs the action on a thread of its own each time the signal comes, in place of the end of the process. */
    static void handle(String name, Runnable action) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object proxy = Proxy.newProxyInstance(
                    handler.getClassLoader(), new Class<?>[] {handler}, (self, method, arguments) -> {
                        action.run();
                        return null;
                    });
            var unused = signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this Java platform has no signals", e);
        }
    }
}
