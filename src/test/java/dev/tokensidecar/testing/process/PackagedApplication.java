package dev.tokensidecar.testing.process;

import java.io.File;
import java.util.List;

/**
 * The packaged application: the native executable that {@code -Dnative.binary} names, or else the jar that
 * {@code sidecar.jar} names. The build creates it before any test that needs it.
 */
public final class PackagedApplication {

    private PackagedApplication() {}

    /** Returns whether it is a native executable, so that tools of the JVM do not work. */
    public static boolean isNative() {
        return System.getProperty("native.binary") != null;
    }

    /**
     * Returns the command that starts it.
     *
     * @param heap the heap limit in the notation of {@code -Xmx}; a native executable accepts that option before its own
     *     arguments
     */
    static List<String> command(String heap) {
        if (isNative()) {
            return List.of(System.getProperty("native.binary"), "-Xmx" + heap);
        }
        String java = System.getProperty("java.home") + File.separator + "bin" + File.separator + "java";
        return List.of(java, "-Xmx" + heap, "-jar", System.getProperty("sidecar.jar"));
    }
}
