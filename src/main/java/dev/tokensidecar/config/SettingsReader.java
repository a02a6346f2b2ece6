package dev.tokensidecar.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.Config;

/** Turns the configuration into settings, or into the list of everything that is wrong with it. */
public final class SettingsReader {

    /** Prefix of the keys of the token behind {@code /token}. */
    public static final String TOKEN = "sidecar.token.";

    private static final String GUARD = "sidecar.guard.";
    private static final String SHUTDOWN = "sidecar.shutdown.";

    /** The address has 108 (unix(7)); a zero byte ends it, and clients in Java can use one less still. */
    private static final int MOST_SOCKET = 106;

    private final Config config;
    private final Map<String, String> environment;

    public SettingsReader(Config config, Map<String, String> environment) {
        this.config = config;
        this.environment = environment;
    }

    /**
     * Reads and checks everything.
     *
     * @throws InvalidConfiguration with all violations at once
     */
    public SidecarSettings read() {
        Set<String> known = keys(config);
        TokenNames names = new TokenNames(config, environment, known);
        Map<String, TokenSettings> tokens = new LinkedHashMap<>();
        Map<String, KeyReader> tokenKeys = new LinkedHashMap<>();
        for (String name : names.all()) {
            KeyReader keys = new KeyReader(config, prefix(name));
            TokenSettings settings = TokenSettingsReader.read(keys);
            TokenChecks.check(settings, keys);
            tokens.put(name, settings);
            tokenKeys.put(name, keys);
        }
        SharingChecks.check(tokens, tokenKeys);
        KeyReader guardKeys = new KeyReader(config, GUARD);
        KeyReader shutdownKeys = new KeyReader(config, SHUTDOWN);
        SidecarSettings.GuardSettings guard = guard(guardKeys);
        ConfiguredNames forwardNames = ForwardReader.names(config, environment);
        Map<String, KeyReader> forwardKeys = new LinkedHashMap<>();
        Map<String, ForwardSettings> forwards = forwards(forwardNames.all(), forwardKeys);
        new ForwardChecks(config, tokens.keySet(), guard.callerSecretFile() != null).check(forwards, forwardKeys);
        SidecarSettings settings = new SidecarSettings(tokens, forwards, guard, shutdown(shutdownKeys));
        TokenFileChecks.check(tokenKeys.values(), guardKeys);
        requireNoViolation(
                Stream.of(names.violations(), forwardNames.violations())
                        .flatMap(Set::stream)
                        .toList(),
                known,
                Stream.of(tokenKeys.values(), forwardKeys.values(), List.of(guardKeys, shutdownKeys))
                        .flatMap(Collection::stream)
                        .toList());
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

    /** What the keys of a token begin with. */
    public static String prefix(String name) {
        return name.equals(SidecarSettings.DEFAULT_TOKEN) ? TOKEN : TokenNames.PREFIX + name + ".";
    }

    /** Every key there is, with its full name, in the order of the documentation; those of named tokens left out. */
    public static Set<String> keys(Config anything) {
        KeyReader token = new KeyReader(anything, TOKEN);
        KeyReader guard = new KeyReader(anything, GUARD);
        KeyReader shutdown = new KeyReader(anything, SHUTDOWN);
        KeyReader forward = new KeyReader(anything, ForwardReader.ANY);
        var unused = new Object[] {
            TokenSettingsReader.read(token), guard(guard), shutdown(shutdown), ForwardReader.read("<name>", forward)
        };
        return known(List.of(token, guard, shutdown, forward));
    }

    private void requireNoViolation(List<String> ofNames, Set<String> defaults, List<KeyReader> readers) {
        List<String> violations = new ArrayList<>(ofNames);
        readers.forEach(reader -> violations.addAll(reader.violations()));
        Set<String> known = known(readers);
        known.addAll(defaults);
        violations.addAll(new UnknownKeys(config, environment, known).violations());
        violations.addAll(FrameworkChecks.violations(config));
        if (!violations.isEmpty()) {
            throw new InvalidConfiguration(List.copyOf(violations));
        }
    }

    private static Set<String> known(List<KeyReader> readers) {
        Set<String> known = new LinkedHashSet<>();
        readers.forEach(reader -> known.addAll(reader.known()));
        return known;
    }

    private static SidecarSettings.GuardSettings guard(KeyReader keys) {
        SidecarSettings.GuardSettings guard = new SidecarSettings.GuardSettings(
                keys.header("required-header"),
                keys.path("caller-secret-file"),
                keys.path("socket"),
                keys.mode("socket-mode", "0660"),
                keys.owner("socket-owner"));
        if (keys.isSet("socket-owner") && !keys.isSet("socket")) {
            keys.reject("socket-owner", "is not used without {}socket: leave it out or name the socket");
        }
        if (guard.socket() != null && guard.socket().toString().getBytes(UTF_8).length > MOST_SOCKET) {
            keys.reject(
                    "socket",
                    "is longer than the " + MOST_SOCKET
                            + " bytes that every client can connect to: name a shorter one");
        }
        return guard;
    }

    private static SidecarSettings.ShutdownSettings shutdown(KeyReader keys) {
        return new SidecarSettings.ShutdownSettings(
                keys.duration("pre-stop-delay", Duration.ZERO), keys.positive("grace-period", Duration.ofSeconds(25)));
    }
}
