package dev.tokensidecar.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** All that is to be said against an overlay. */
final class OverlayChecks {

    /** DocumentedKeysTest sees to it that the page has every key and no other. */
    private static final Pattern VARIABLE = Pattern.compile("(?m)^- Environment: `([^`]+)`$");

    private OverlayChecks() {}

    /** What concerns the sidecar. Its neighbours are no business of ours. */
    static List<String> ofTheSidecar(Overlay overlay) {
        Findings findings = new Findings();
        Wiring wiring = new Wiring(findings, variables());
        Hardening hardening = new Hardening(findings);
        overlay.workloads().forEach(workload -> {
            wiring.judge(workload, overlay);
            hardening.judge(workload.sidecar(), workload.pod());
        });
        new Exposure(findings).judge(overlay);
        return findings.sentences();
    }

    /** What concerns the pods as a whole. */
    static List<String> ofThePods(Overlay overlay) {
        Findings findings = new Findings();
        overlay.workloads().forEach(new Hardening(findings)::judge);
        return findings.sentences();
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
