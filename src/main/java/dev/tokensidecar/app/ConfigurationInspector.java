package dev.tokensidecar.app;

import dev.tokensidecar.cli.CheckReport;
import dev.tokensidecar.cli.CheckedConnection;
import dev.tokensidecar.cli.CheckedFile;
import dev.tokensidecar.cli.CheckedSetting;
import dev.tokensidecar.cli.CommandFailure;
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
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;

/** Checks the configuration: what it says, the files that it names, and the servers. */
final class ConfigurationInspector implements ConfigurationCheck {

    private final Supplier<SmallRyeConfig> source;
    private final Map<String, String> environment;
    private final InstantSource clock = Clock.systemUTC();

    /** @param source opens the configuration */
    ConfigurationInspector(Supplier<SmallRyeConfig> source, Map<String, String> environment) {
        this.source = source;
        this.environment = environment;
    }

    @Override
    public CheckReport check(boolean files, boolean connect) {
        CheckFindings findings = new CheckFindings(clock);
        try {
            return check(source.get(), files, connect, findings);
        } catch (CommandFailure keysOfQuarkus) {
            Objects.requireNonNull(keysOfQuarkus.getMessage()).lines().forEach(findings::fault);
            ReadConfiguration read = read(ServerConfiguration.openUnchecked(), findings);
            return report(read, List.of(), List.of(), findings);
        }
    }

    private CheckReport check(SmallRyeConfig config, boolean files, boolean connect, CheckFindings findings) {
        ReadConfiguration read = read(config, findings);
        TlsConfig tls = config.getConfigMapping(TlsConfig.class);
        warn(config, read.settings(), new DeclaredTls(tls), findings);
        FileInspection inspection = new FileInspection(findings);
        if (files) {
            NamedFiles named = new NamedFiles(inspection, findings, clock);
            named.show(read.settings());
            named.show(tls);
        }
        List<CheckedConnection> connections = connect ? ask(config, read.settings(), findings) : List.of();
        return report(read, inspection.files(), connections, findings);
    }

    private ReadConfiguration read(SmallRyeConfig config, CheckFindings findings) {
        ReadConfiguration read = new SettingsReader(config, environment).report();
        read.violations().forEach(findings::fault);
        return read;
    }

    private static CheckReport report(
            ReadConfiguration read,
            List<CheckedFile> files,
            List<CheckedConnection> connections,
            CheckFindings findings) {
        return new CheckReport(
                read.keys().stream().map(ConfigurationInspector::setting).toList(),
                files,
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
                requireTls(settings, tls, findings);
            }
            lines.lines().forEach(findings::warn);
        }
    }

    /** Looks up every TLS configuration, as the start of the server does. */
    private static void requireTls(SidecarSettings settings, TlsConfigurationRegistry tls, CheckFindings findings) {
        settings.tokens()
                .forEach((name, token) -> require(() -> AuthorizationServers.tlsFiles(tls, name, token), findings));
        settings.introspections()
                .forEach((name, issuer) -> require(() -> Introspections.keyTlsFiles(tls, name, issuer), findings));
        settings.forwards()
                .forEach((name, forward) -> require(() -> Forwarders.tlsFiles(tls, name, forward), findings));
    }

    private static void require(Supplier<TlsFiles> files, CheckFindings findings) {
        try {
            var unused = files.get();
        } catch (ConfigurationException invalid) {
            findings.fault(Objects.requireNonNull(invalid.getMessage()));
        }
    }

    /** Asks nobody with a configuration that has faults: the server would not start with it either. */
    private List<CheckedConnection> ask(SmallRyeConfig config, SidecarSettings settings, CheckFindings findings) {
        if (!findings.faults().isEmpty()) {
            findings.warn("no server was asked: correct the faults first");
            return List.of();
        }
        try (CommandConnections connections = CommandConnections.open(config, settings)) {
            List<CheckedConnection> answers = new ConnectionInspection(connections, clock).ask(settings);
            new ConnectionFindings(findings).judge(answers);
            return answers;
        } catch (ConfigurationException unusable) {
            findings.fault(Objects.requireNonNull(unusable.getMessage()));
            return List.of();
        }
    }
}
