package dev.tokensidecar.testing.process;

import java.io.File;
import java.util.List;

/**
 * What the packaged application is here: the native executable that {@code -Dnative.binary} names, or else the jar that
 * {@code sidecar.jar} names. Either is built before any test that needs it.
 */
public final class PackagedApplication {

    private PackagedApplication() {}

    /** Whether no JVM runs it, so that what only a JVM tells is to be asked in another way. */
    public static boolean isNative() {
        return System.getProperty("native.binary") != null;
    }

    /**
     * The command that starts it.
     *
     * @param heap the limit, as {@code -Xmx} takes it; a native executable takes that before its own arguments, as a JVM
     *     does
     */
    static List<String> command(String heap) {
        if (isNative()) {
            return List.of(System.getProperty("native.binary"), "-Xmx" + heap);
        }
        String java = System.getProperty("java.home") + File.separator + "bin" + File.separator + "java";
        return List.of(java, "-Xmx" + heap, "-jar", System.getProperty("sidecar.jar"));
    }
}
