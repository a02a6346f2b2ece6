package dev.tokensidecar.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Collects everything that is wrong with an overlay. */
final class OverlayChecks {

    /** DocumentedKeysTest guarantees that the page lists exactly the keys. */
    private static final Pattern VARIABLE = Pattern.compile("(?m)^- Environment: `([^`]+)`$");

    private OverlayChecks() {}

    /** Returns the findings about the sidecar and its place in the pod, but not about its neighbours. */
    static List<String> findingsForSidecar(Overlay overlay) {
        Findings findings = new Findings();
        Wiring wiring = new Wiring(findings, variables());
        Hardening hardening = new Hardening(findings);
        overlay.workloads().forEach(workload -> {
            wiring.check(workload, overlay);
            hardening.check(workload.sidecar(), workload.pod());
        });
        new Exposure(findings).check(overlay);
        return findings.all();
    }

    /** Returns the findings about whole pods. */
    static List<String> findingsForPods(Overlay overlay) {
        Findings findings = new Findings();
        overlay.workloads().forEach(new Hardening(findings)::check);
        return findings.all();
    }

    private static Set<String> variables() {
        try {
            return VARIABLE.matcher(Files.readString(Path.of("docs", "configuration.md")))
                    .results()
                    .map(line -> line.group(1))
                    .collect(Collectors.toSet());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
