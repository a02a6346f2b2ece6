package dev.tokensidecar.app;

import dev.tokensidecar.cli.CheckedConnection;
import java.net.URI;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Says what is wrong with servers. */
final class ConnectionFindings {

    /** As much as servers usually tolerate in JWTs. */
    private static final Duration TOLERATED = Duration.ofSeconds(30);

    private final CheckFindings findings;
    private final Set<String> certificates = new HashSet<>();
    private final Set<String> clocks = new HashSet<>();

    ConnectionFindings(CheckFindings findings) {
        this.findings = findings;
    }

    /** Mentions the certificate and the clock of a server once, however many questions it was asked. */
    void judge(List<CheckedConnection> answers) {
        for (CheckedConnection answer : answers) {
            if (answer.problem() != null) {
                findings.fault(answer.subject() + ", " + answer.purpose() + ": " + answer.problem());
            }
            String server = URI.create(answer.address()).getAuthority();
            if (answer.expiresAt() != null && certificates.add(server)) {
                findings.expiry("the certificate of " + server, answer.expiresAt());
            }
            if (answer.clockAhead() != null && clocks.add(server)) {
                clock(server, answer.clockAhead());
            }
        }
    }

    private void clock(String server, Duration ahead) {
        if (ahead.abs().compareTo(TOLERATED) > 0) {
            findings.warn("the clock of this host is " + ahead.abs().toSeconds() + " s "
                    + (ahead.isNegative() ? "behind" : "ahead of") + " that of " + server
                    + ": have both follow a time server, because JWTs may count as expired, or as not yet valid");
        }
    }
}
