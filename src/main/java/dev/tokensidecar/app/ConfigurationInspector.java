package dev.tokensidecar.app;

import dev.tokensidecar.cli.CheckReport;
import dev.tokensidecar.cli.CheckedConnection;
import dev.tokensidecar.cli.CheckedSetting;
import dev.tokensidecar.cli.ConfigurationCheck;
import dev.tokensidecar.config.EffectiveKey;
import dev.tokensidecar.config.ReadConfiguration;
import dev.tokensidecar.config.SettingsReader;
import dev.tokensidecar.config.SidecarSettings;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.quarkus.tls.TlsConfigurationRegistry;
import io.quarkus.tls.runtime.config.TlsConfig;
import io.smallrye.config.SmallRyeConfig;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;

/** Checks the configuration: what it says, the files that it names, and the servers. */
final class ConfigurationInspector implements ConfigurationCheck {

    /** As far as signed assertions and received JWTs usually tolerate. */
    private static final Duration TOLERATED = Duration.ofSeconds(30);

    private final Supplier<SmallRyeConfig> source;
    private final Map<String, String> environment;
    private final InstantSource clock = Clock.systemUTC();

    ConfigurationInspector(Supplier<SmallRyeConfig> source, Map<String, String> environment) {
        this.source = source;
        this.environment = environment;
    }

    @Override
    public CheckReport check(boolean files, boolean connect) {
        CheckFindings findings = new CheckFindings(clock);
        SmallRyeConfig config = source.get();
        ReadConfiguration read = new SettingsReader(config, environment).report();
        read.violations().forEach(findings::fault);
        TlsConfig tls = config.getConfigMapping(TlsConfig.class);
        warn(config, read.settings(), new DeclaredTls(tls), findings);
        FileInspection inspection = new FileInspection(findings);
        if (files) {
            NamedFiles named = new NamedFiles(inspection, findings, clock);
            named.show(read.settings());
            named.show(tls);
        }
        boolean usable = findings.faults().isEmpty();
        if (connect && !usable) {
            findings.warn("no server was asked, because of the faults");
        }
        List<CheckedConnection> connections = connect && usable ? ask(config, read.settings(), findings) : List.of();
        return new CheckReport(
                read.keys().stream().map(ConfigurationInspector::setting).toList(),
                inspection.files(),
                connections,
                findings.warnings(),
                findings.faults());
    }

    private static CheckedSetting setting(EffectiveKey key) {
        return new CheckedSetting(key.name(), key.value(), key.origin().label(), key.location());
    }

    private void warn(
            SmallRyeConfig config, SidecarSettings settings, TlsConfigurationRegistry tls, CheckFindings findings) {
        try (StartWarnings lines = StartWarnings.collect()) {
            Warnings warnings = new Warnings(tls);
            warnings.log(config, environment);
            if (findings.faults().isEmpty()) {
                warnings.log(settings);
                tlsNames(settings, tls, findings);
            }
            lines.lines().forEach(findings::warn);
        }
    }

    /** Looks up every TLS configuration, as the start of the server does. */
    private static void tlsNames(SidecarSettings settings, TlsConfigurationRegistry tls, CheckFindings findings) {
        settings.tokens().forEach((name, token) -> require(
                () -> AuthorizationServers.tlsFiles(tls, name, token), findings));
        settings.introspections().forEach((name, issuer) -> require(
                () -> Introspections.keyTlsFiles(tls, name, issuer), findings));
        settings.forwards().forEach((name, forward) -> require(
                () -> Forwarders.tlsFiles(tls, name, forward), findings));
    }

    private static void require(Supplier<TlsFiles> files, CheckFindings findings) {
        try {
            var unused = files.get();
        } catch (ConfigurationException invalid) {
            findings.fault(Objects.requireNonNull(invalid.getMessage()));
        }
    }

    private static List<CheckedConnection> ask(SmallRyeConfig config, SidecarSettings settings, CheckFindings findings) {
        try (CommandConnections connections = CommandConnections.open(config, settings)) {
            List<CheckedConnection> answers = new ConnectionInspection(connections).ask(settings);
            answers.forEach(answer -> judge(answer, findings));
            return answers;
        } catch (ConfigurationException unusable) {
            findings.fault(Objects.requireNonNull(unusable.getMessage()));
            return List.of();
        }
    }

    private static void judge(CheckedConnection answer, CheckFindings findings) {
        String which = answer.subject() + ", " + answer.purpose();
        if (answer.problem() != null) {
            findings.fault(which + ": " + answer.problem());
        }
        findings.expiry(which + ": the certificate of " + answer.address(), answer.expiresAt());
        Duration ahead = answer.clockAhead();
        if (ahead != null && ahead.abs().compareTo(TOLERATED) > 0) {
            findings.warn(which + ": the clock of this host is " + ahead.abs().toSeconds() + " s "
                    + (ahead.isNegative() ? "behind" : "ahead of") + " that of the server: have both follow NTP, because"
                    + " signed assertions and JWTs may count as expired, or as not yet valid");
        }
    }
}
