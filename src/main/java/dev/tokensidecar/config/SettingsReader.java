package dev.tokensidecar.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.Config;

/** Reads the configuration into settings, or reports every violation. */
public final class SettingsReader {

    /** The prefix of the keys of the token that {@code /token} serves. */
    public static final String TOKEN = "sidecar.token.";

    private final Config config;
    private final Map<String, String> environment;

    public SettingsReader(Config config, Map<String, String> environment) {
        this.config = config;
        this.environment = environment;
    }

    /**
     * Reads and checks everything.
     *
     * @throws InvalidConfiguration with all violations
     */
    public SidecarSettings read() {
        List<String> violations = new ArrayList<>();
        SidecarSettings settings = read(new ArrayList<>(), violations);
        if (!violations.isEmpty()) {
            throw new InvalidConfiguration(List.copyOf(violations));
        }
        return settings;
    }

    /** Reads and checks everything, and reports what is right as well as what is wrong. */
    public ReadConfiguration report() {
        List<KeyReader> readers = new ArrayList<>();
        List<String> violations = new ArrayList<>();
        SidecarSettings settings = read(readers, violations);
        KeyReader framework = new KeyReader(config, "");
        Stream.concat(QuarkusKeys.PROCESS.stream(), QuarkusKeys.TRACES.stream()).forEach(framework::note);
        readers.add(framework);
        EffectiveValues effective = new EffectiveValues(config);
        List<EffectiveKey> keys = new ArrayList<>();
        readers.forEach(reader -> keys.addAll(effective.of(reader)));
        if (config.getConfigValue(ProxyKeys.PREFIX + ProxyKeys.URL.name()).getValue() == null) {
            keys.addAll(new ProxyEnvironment(environment).effective());
        }
        return new ReadConfiguration(settings, violations, keys);
    }

    private SidecarSettings read(List<KeyReader> readers, List<String> violations) {
        Set<String> known = keys(config);
        ConfiguredNames issuerNames = IntrospectionReader.names(config, environment);
        // a sidecar that only checks the tokens of others needs none of its own
        boolean tokenRequired = issuerNames.all().isEmpty();
        TokenNames names = new TokenNames(config, environment, known, tokenRequired);
        Map<String, TokenSettings> tokens = new LinkedHashMap<>();
        Map<String, KeyReader> tokenKeys = new LinkedHashMap<>();
        for (String name : names.all()) {
            KeyReader keys = new KeyReader(config, prefix(name));
            TokenSettings settings = TokenKeys.read(keys);
            TokenChecks.check(settings, keys);
            ExchangeChecks.requireName(name, settings, keys);
            tokens.put(name, settings);
            tokenKeys.put(name, keys);
        }
        SharingChecks.check(tokens, tokenKeys);
        ExchangeChecks.check(tokens, tokenKeys);
        ConfiguredNames socketNames = SocketReader.names(config, environment);
        Map<String, KeyReader> socketKeys = new LinkedHashMap<>();
        Map<String, SidecarSettings.SocketSettings> sockets = sockets(socketNames.all(), socketKeys, tokens);
        KeyReader guardKeys = new KeyReader(config, GuardKeys.PREFIX);
        KeyReader auditKeys = new KeyReader(config, AuditKeys.PREFIX);
        KeyReader shutdownKeys = new KeyReader(config, ShutdownKeys.PREFIX);
        KeyReader podKeys = new KeyReader(config, PodKeys.PREFIX);
        KeyReader pageKeys = new KeyReader(config, PageKeys.PREFIX);
        KeyReader proxyKeys = new KeyReader(config, ProxyKeys.PREFIX);
        ProxyEnvironment proxyVariables = new ProxyEnvironment(environment);
        SidecarSettings.GuardSettings guard = GuardKeys.read(guardKeys);
        ConfiguredNames forwardNames = ForwardReader.names(config, environment);
        Map<String, KeyReader> forwardKeys = new LinkedHashMap<>();
        Map<String, ForwardSettings> forwards = forwards(forwardNames.all(), forwardKeys);
        SidecarSettings.ProxySettings proxy = ProxyKeys.read(proxyKeys, proxyVariables);
        new ForwardChecks(config, tokens, guard.callerSecretFile() != null, proxy).check(forwards, forwardKeys);
        Map<String, KeyReader> issuerKeys = new LinkedHashMap<>();
        Map<String, IntrospectionSettings> issuers = issuers(issuerNames.all(), issuerKeys);
        new IntrospectionChecks(tokens).check(issuers, issuerKeys);
        KeyReader authorizeKeys = new KeyReader(config, AuthorizeKeys.PREFIX);
        SidecarSettings.AuthorizeSettings authorize = AuthorizeKeys.read(authorizeKeys);
        AuthorizeChecks.check(authorize, authorizeKeys, config, tokens, forwards.values());
        DpopChecks.check(tokens, tokenKeys, forwards.values(), authorize, authorizeKeys);
        SidecarSettings settings = new SidecarSettings(
                tokens,
                forwards,
                issuers,
                authorize,
                sockets,
                guard,
                AuditKeys.read(auditKeys),
                ShutdownKeys.read(shutdownKeys),
                PodKeys.read(podKeys),
                PageKeys.read(pageKeys),
                proxy);
        TokenFileChecks.check(
                tokenKeys.values(),
                Stream.concat(Stream.of(guardKeys, proxyKeys, authorizeKeys), socketKeys.values().stream())
                        .toList());
        Stream.of(
                        tokenKeys.values(),
                        forwardKeys.values(),
                        issuerKeys.values(),
                        socketKeys.values(),
                        List.of(authorizeKeys, guardKeys, auditKeys, shutdownKeys, podKeys, pageKeys, proxyKeys))
                .forEach(readers::addAll);
        Stream.of(
                        names.violations(),
                        forwardNames.violations(),
                        issuerNames.violations(),
                        socketNames.violations(),
                        proxyVariables.violations())
                .forEach(violations::addAll);
        addViolations(known, readers, violations);
        return settings;
    }

    private Map<String, ForwardSettings> forwards(Set<String> names, Map<String, KeyReader> readers) {
        Map<String, ForwardSettings> forwards = new LinkedHashMap<>();
        for (String name : names) {
            KeyReader keys = ForwardReader.keys(config, name);
            readers.put(name, keys);
            ForwardSettings settings = ForwardReader.read(name, keys);
            if (settings != null) {
                forwards.put(name, settings);
            }
        }
        return forwards;
    }

    private Map<String, IntrospectionSettings> issuers(Set<String> names, Map<String, KeyReader> readers) {
        Map<String, IntrospectionSettings> issuers = new LinkedHashMap<>();
        for (String name : names) {
            KeyReader keys = IntrospectionReader.keys(config, name);
            readers.put(name, keys);
            IntrospectionSettings settings = IntrospectionReader.read(keys);
            if (settings != null) {
                issuers.put(name, settings);
            }
        }
        return issuers;
    }

    private Map<String, SidecarSettings.SocketSettings> sockets(
            Set<String> names, Map<String, KeyReader> readers, Map<String, TokenSettings> tokens) {
        Map<String, SidecarSettings.SocketSettings> sockets = new LinkedHashMap<>();
        for (String name : names) {
            KeyReader keys = SocketReader.keys(config, name);
            readers.put(name, keys);
            SidecarSettings.SocketSettings settings = SocketReader.read(keys, tokens);
            if (settings != null) {
                sockets.put(name, settings);
            }
        }
        SocketReader.requireDifferentPaths(readers);
        return sockets;
    }

    /** Returns the prefix of the keys of a token. */
    public static String prefix(String name) {
        return name.equals(SidecarSettings.DEFAULT_TOKEN) ? TOKEN : TokenNames.PREFIX + name + ".";
    }

    /** Returns the full name of every key, without those of named tokens, in the order of the documentation. */
    public static Set<String> keys(Config anything) {
        return declarations(anything).keySet();
    }

    /** Returns the declaration of every key by its full name. */
    static Map<String, Key<?>> declarations(Config anything) {
        KeyReader token = new KeyReader(anything, TOKEN);
        KeyReader authorize = new KeyReader(anything, AuthorizeKeys.PREFIX);
        KeyReader socket = new KeyReader(anything, SocketKeys.ANY);
        KeyReader guard = new KeyReader(anything, GuardKeys.PREFIX);
        KeyReader audit = new KeyReader(anything, AuditKeys.PREFIX);
        KeyReader shutdown = new KeyReader(anything, ShutdownKeys.PREFIX);
        KeyReader pod = new KeyReader(anything, PodKeys.PREFIX);
        KeyReader page = new KeyReader(anything, PageKeys.PREFIX);
        KeyReader proxy = new KeyReader(anything, ProxyKeys.PREFIX);
        KeyReader forward = new KeyReader(anything, ForwardKeys.ANY);
        KeyReader introspection = new KeyReader(anything, IntrospectionKeys.ANY);
        var unused = new Object[] {
            TokenKeys.read(token),
            AuthorizeKeys.read(authorize),
            GuardKeys.read(guard),
            SocketReader.read(socket, Map.of()),
            AuditKeys.read(audit),
            ShutdownKeys.read(shutdown),
            PodKeys.read(pod),
            PageKeys.read(page),
            ProxyKeys.read(proxy, new ProxyEnvironment(Map.of())),
            ForwardReader.read("<name>", forward),
            IntrospectionReader.read(introspection)
        };
        return known(
                List.of(token, authorize, guard, socket, audit, shutdown, pod, page, proxy, forward, introspection));
    }

    private void addViolations(Set<String> defaults, List<KeyReader> readers, List<String> violations) {
        readers.forEach(reader -> violations.addAll(reader.violations()));
        Set<String> known = new LinkedHashSet<>(known(readers).keySet());
        known.addAll(defaults);
        violations.addAll(new UnknownKeys(config, environment, known).violations());
        violations.addAll(FrameworkChecks.violations(config));
    }

    private static Map<String, Key<?>> known(List<KeyReader> readers) {
        Map<String, Key<?>> known = new LinkedHashMap<>();
        readers.forEach(reader -> known.putAll(reader.known()));
        return known;
    }
}
