package dev.tokensidecar.kubernetes.pods;

import dev.tokensidecar.kubernetes.controlplane.Site;
import dev.tokensidecar.testing.process.ChildProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * A machine of its own within this one: network, processes and mounts are in namespaces, which end with its first process. So
 * nothing of what the programs of a node start, mount or create in a network outlives the test, however it ends. Control
 * groups have no end of that kind, so they are below a group of their own, which {@link #close} removes. Needs root.
 *
 * <p>The pods, the node and the test are in one subnet, which is reserved for tests of networks (RFC 2544).
 */
final class Machine implements AutoCloseable {

    /** The control group of everything in pods. */
    static final String CONTROL_GROUP = "token-sidecar-pods";

    /** The bridge that connects the pods. */
    static final String BRIDGE = "cni0";

    static final String SUBNET = "198.18.244.0/24";

    /** The address of the node. */
    static final String NODE = "198.18.244.1";

    /** The address at which pods reach the test. */
    static final String TEST = "198.18.244.2";

    /** The first address of a pod. */
    static final String FIRST_POD = "198.18.244.10";

    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    /** The first process collects the ended ones that nobody waits for. */
    private static final String FIRST_PROCESS = """
            set -e
            for tool in ip containerd runc ctr /usr/lib/cni/bridge; do
                command -v $tool >/dev/null ||
                    { echo "no $tool: apt-get install iproute2 containerd runc containernetworking-plugins"; exit 1; }
            done
            mount --make-rshared /
            # what the programs of a node have in directories with fixed names
            for directory in /run /var/lib /var/log; do
                mount -t tmpfs tmpfs $directory
            done
            mkdir -p /run/netns /run/lock
            if [ -e /sys/fs/cgroup/cgroup.controllers ]; then
                mkdir -p /sys/fs/cgroup/$0
            else
                for hierarchy in /sys/fs/cgroup/*/; do mkdir -p $hierarchy/$0; done
            fi
            ip link set lo up
            ip address add $1/32 dev lo
            # of its own, or it changes with each pod that comes, and the test goes on with the old one for a minute
            ip link add $2 address 02:00:00:00:00:01 type bridge
            ip address add $3 dev $2
            ip link set $2 up
            sleep infinity &
            echo ready
            wait
            """;

    /** Connects the test with the bridge. */
    private static final String CONNECT = """
            set -e
            # what is left of a run that was killed: a network without processes lives as long as its connections
            ip link delete token-sidecar 2>/dev/null || true
            ip link add token-sidecar type veth peer name test netns $0
            ip address add $1 dev token-sidecar
            ip link set token-sidecar up
            nsenter --target $0 --net ip link set test master $2 up
            """;

    private static final String REMOVE = """
            ip link delete token-sidecar 2>/dev/null
            for group in /sys/fs/cgroup/$0 /sys/fs/cgroup/*/$0; do
                [ ! -d $group ] || find $group -depth -type d -exec rmdir {} + || exit 1
            done
            """;

    private final ChildProcess namespaces;
    private final long firstProcess;

    Machine(Path logs) throws InterruptedException {
        namespaces = ChildProcess.start(
                List.of(
                        // also where nobody can end it any more
                        "setpriv",
                        "--pdeathsig",
                        "KILL",
                        "unshare",
                        "--net",
                        "--mount",
                        "--pid",
                        "--fork",
                        "--kill-child",
                        "--mount-proc",
                        "sh",
                        "-c",
                        FIRST_PROCESS,
                        CONTROL_GROUP,
                        Site.SERVICE_ADDRESS,
                        BRIDGE,
                        NODE + "/24"),
                Map.of(),
                logs.resolve("machine.log"));
        try {
            namespaces.await("the namespaces", () -> namespaces.log().endsWith("ready\n"), TIMEOUT);
            firstProcess = ProcessHandle.of(namespaces.pid()).stream()
                    .flatMap(ProcessHandle::children)
                    .findFirst()
                    .orElseThrow()
                    .pid();
            var unused = Commands.run(List.of("sh", "-c", CONNECT, Long.toString(firstProcess), TEST + "/24", BRIDGE));
        } catch (RuntimeException | InterruptedException e) {
            close();
            throw e;
        }
    }

    /** Returns the command in front of each program, which runs it on this machine. */
    List<String> entry() {
        return List.of("nsenter", "--target", Long.toString(firstProcess), "--net", "--mount", "--pid");
    }

    /** Ends all processes and removes everything. */
    @Override
    public void close() {
        namespaces.kill();
        namespaces.close();
        // a group has its processes until the kernel has buried them
        Await.until(
                "the end of the control groups",
                TIMEOUT,
                () -> Commands.attempt(List.of("sh", "-c", REMOVE, CONTROL_GROUP))
                        .succeeded());
    }
}
