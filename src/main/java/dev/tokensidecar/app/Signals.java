package dev.tokensidecar.app;

import java.lang.reflect.Proxy;

/**
 * Installs signal handlers through {@code sun.misc.Signal}. Every JDK supports it, but no option makes a compiler that
 * treats warnings as errors accept the name, so this class uses reflection.
 */
final class Signals {

    private Signals() {}

    /** Runs the action on a thread of its own each time the signal arrives, instead of ending the process. */
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
