import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.management.ObjectName;

/**
 * Does on a JVM what native-image does with the application before it compiles anything: initialises the class that starts
 * it, and all classes of ours. What is in the heap then would be in the executable, the same on all machines and in all
 * runs; fails if that is anything that must not be. The argument is the jar that native-image gets.
 */
public final class BuildTime {

    /** What native-image refuses, and what would be wrong in every run but one. */
    private static final Pattern WRONG = Pattern.compile("java\\.security\\.SecureRandom|java\\.util\\.(Random|Timer)"
            + "|java\\.net\\.(Server)?Socket|java\\.nio\\.MappedByteBuffer|sun\\.nio\\.ch\\.\\w*SocketChannelImpl"
            + "|io\\.vertx\\.core\\.impl\\.VertxImpl|dev\\.tokensidecar\\.config\\.(Sidecar|Token)Settings"
            + "|dev\\.tokensidecar\\.(app\\.(Beans|Lifecycle|Shutdown|PeerUsers|LocalSocket|ConnectionTables|\\w*Listeners?)"
            + "|ingress\\.(Guard|ConnectionTable)|api\\.RequestParameters"
            + "|token\\.(TokenService|TokenServices|Secret)|store\\.\\w*(Store|KeyRing))");

    /** Quarkus has the class that starts it initialised at run time. */
    private static final String NOT_THEN = "Reference Reaper";

    private BuildTime() {}

    public static void main(String[] arguments) throws Exception {
        List<String> threads = threads();
        Class.forName("io.quarkus.runner.ApplicationImpl");
        try (JarFile jar = new JarFile(arguments[0])) {
            for (String name : jar.stream().map(JarEntry::getName).filter(BuildTime::isOurs).toList()) {
                Class.forName(name.substring(0, name.length() - ".class".length()).replace('/', '.'));
            }
        }
        List<String> wrong = Stream.concat(
                        histogram().lines().filter(line -> WRONG.matcher(type(line)).matches()),
                        threads().stream().filter(thread -> !threads.contains(thread) && !thread.startsWith(NOT_THEN)))
                .toList();
        wrong.forEach(System.err::println);
        System.exit(wrong.isEmpty() ? 0 : 1);
    }

    private static boolean isOurs(String entry) {
        return entry.startsWith("dev/tokensidecar/") && entry.endsWith(".class");
    }

    private static List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream().map(Thread::getName).toList();
    }

    /** A line is number, instances, bytes, class and module. */
    private static String type(String line) {
        String[] columns = line.strip().split(" +");
        return columns.length < 4 ? "" : columns[3];
    }

    private static String histogram() throws Exception {
        Object[] none = {new String[0]};
        return (String) ManagementFactory.getPlatformMBeanServer()
                .invoke(
                        new ObjectName("com.sun.management:type=DiagnosticCommand"),
                        "gcClassHistogram",
                        none,
                        new String[] {String[].class.getName()});
    }
}
