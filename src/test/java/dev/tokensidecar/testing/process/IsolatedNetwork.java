package dev.tokensidecar.testing.process;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectUniqueId;
import static org.junit.platform.launcher.EngineFilter.includeEngines;

import java.io.File;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

/**
 * Runs each test of a class in a JVM of its own, in a network namespace of its own. The namespace has a loopback interface
 * and nothing else, its packet filter affects no other process, and 127.0.0.1 is its only name server. Everything disappears
 * with the JVM.
 */
public final class IsolatedNetwork implements InvocationInterceptor {

    private static final Duration LONGEST = Duration.ofMinutes(5);
    private static final String INSIDE = "network.own";
    private static final String ENTER = """
            for tool in unshare ip nft; do
                command -v $tool >/dev/null || { echo "no $tool: apt-get install util-linux iproute2 nftables"; exit 1; }
            done
            [ "$(id -u)" = 0 ] || { echo "root makes network namespaces: run this suite as root"; exit 1; }
            exec unshare --net --mount sh -c '
                ip link set lo up && mount --bind "$0" /etc/resolv.conf && exec "$@"' "$@"
            """;
    private static final String NAMES = "nameserver 127.0.0.1\noptions timeout:2 attempts:2\n";

    @Override
    public void interceptTestMethod(
            Invocation<@Nullable Void> test, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        if (Boolean.getBoolean(INSIDE)) {
            test.proceed();
        } else {
            test.skip();
            runInside(context);
        }
    }

    @Override
    public void interceptTestTemplateMethod(
            Invocation<@Nullable Void> test, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        interceptTestMethod(test, method, context);
    }

    private static void runInside(ExtensionContext context) throws IOException, InterruptedException {
        Path names = Files.writeString(Files.createTempFile("resolv", ".conf"), NAMES);
        String test = context.getRequiredTestMethod().getName();
        Path log = Path.of("target", context.getRequiredTestClass().getSimpleName() + "-" + test + ".log");
        try (ChildProcess inside = ChildProcess.start(command(names, context.getUniqueId()), Map.of(), log)) {
            if (inside.awaitExit(LONGEST) != 0) {
                throw new AssertionError(inside.log());
            }
        } finally {
            Files.delete(names);
        }
    }

    private static List<String> command(Path names, String uniqueId) {
        List<String> command = new ArrayList<>(List.of("sh", "-c", ENTER, "sh"));
        command.add(names.toString());
        command.add(System.getProperty("java.home") + File.separator + "bin" + File.separator + "java");
        Stream.of("sidecar.jar", "native.binary", "java.util.logging.manager")
                .filter(property -> System.getProperty(property) != null)
                .forEach(property -> command.add("-D" + property + "=" + System.getProperty(property)));
        command.addAll(List.of(
                "-D" + INSIDE + "=true",
                "-cp",
                System.getProperty("java.class.path"),
                IsolatedNetwork.class.getName(),
                uniqueId));
        return command;
    }

    /** Runs one test, inside the namespace. */
    public static void main(String[] uniqueId) {
        SummaryGeneratingListener listener = new SummaryGeneratingListener();
        LauncherFactory.create()
                .execute(
                        LauncherDiscoveryRequestBuilder.request()
                                .selectors(selectUniqueId(uniqueId[0]))
                                .filters(includeEngines("junit-jupiter"))
                                .build(),
                        listener);
        listener.getSummary().printFailuresTo(new PrintWriter(new OutputStreamWriter(System.out, UTF_8), true));
        System.exit(listener.getSummary().getTestsSucceededCount() == 1 ? 0 : 1);
    }
}
