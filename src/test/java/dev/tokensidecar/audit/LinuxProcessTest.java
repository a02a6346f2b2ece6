package dev.tokensidecar.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LinuxProcessTest {

    private static final String OUTER = "0a".repeat(32);
    private static final String INNER = "1b".repeat(32);

    @TempDir
    Path proc;

    private LinuxProcess process(String comm, String cgroup) throws IOException {
        Path directory = Files.createDirectory(proc.resolve("17"));
        Files.writeString(directory.resolve("comm"), comm);
        Files.writeString(directory.resolve("cgroup"), cgroup);
        return new LinuxProcess(proc, 17);
    }

    /** As containerd, CRI-O, Docker and Podman name control groups, in both versions and below another namespace. */
    @ParameterizedTest
    @CsvSource({
        "0::/kubepods.slice/kubepods-pod1.slice/cri-containerd-ID.scope, true",
        "0::/../cri-containerd-ID.scope, true",
        "0::/../../pod9a1c3f6e-0d35-4a4e-a1b5-b4f0c1c0a9d2/ID, true",
        "0::/kubepods.slice/crio-ID.scope, true",
        "12:memory:/docker/ID, true",
        "0::/machine.slice/libpod-ID.scope/container, true",
        "0::/system.slice/cron.service, false",
        "0::/aID, false",
    })
    void theContainerIsInTheNameOfTheControlGroup(String cgroup, boolean found) throws IOException {
        assertThat(process("curl\n", cgroup.replace("ID", INNER) + "\n").container())
                .isEqualTo(found ? INNER : "unknown");
    }

    @Test
    void theInnermostContainerCounts() throws IOException {
        assertThat(process("curl\n", "0::/docker/" + OUTER + "/kubepods/" + INNER + "\n")
                        .container())
                .isEqualTo(INNER);
    }

    @Test
    void theNameIsThatOfTheProcess() throws IOException {
        assertThat(process("curl\n", "").name()).isEqualTo("curl");
        assertThat(new LinuxProcess(
                                Path.of("/proc"), (int) ProcessHandle.current().pid())
                        .name())
                .isEqualTo(Files.readString(Path.of("/proc/self/comm")).strip());
    }

    @Test
    void aHiddenProcessIsUnknown() {
        assertThat(new LinuxProcess(proc, 0).name()).isEqualTo("unknown");
        assertThat(new LinuxProcess(proc, 0).container()).isEqualTo("unknown");
    }
}
