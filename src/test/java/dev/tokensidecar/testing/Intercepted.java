package dev.tokensidecar.testing;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Makes objects of an interface that do what another one does, except for some methods. */
public final class Intercepted {

    private Intercepted() {}

    /**
     * Makes an object.
     *
     * @param real does everything else
     * @param instead what to do with the arguments of the methods of these names
     */
    public static <T> T of(Class<T> type, T real, Map<String, Function<Object[], @Nullable Object>> instead) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (self, method, sent) -> {
            Function<Object[], @Nullable Object> other = instead.get(method.getName());
            if (other != null) {
                return other.apply(sent == null ? new Object[0] : sent);
            }
            try {
                return method.invoke(real, sent);
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        }));
    }

    /** Makes an object that can do nothing else, except be a key of a map. */
    public static <T> T nothingBut(Class<T> type, Map<String, Function<Object[], @Nullable Object>> methods) {
        T helpless = type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (self, method, sent) -> switch (method.getName()) {
                    case "hashCode" -> System.identityHashCode(self);
                    default -> throw new UnsupportedOperationException(method.getName());
                }));
        return of(type, helpless, methods);
    }
}
