package dev.tokensidecar.config;

import dev.tokensidecar.config.EffectiveKey.Origin;
import java.util.List;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.ConfigValue;
import org.jspecify.annotations.Nullable;

/** Says what each key is set to, and who has set it. */
final class EffectiveValues {

    private static final String SYSTEM_PROPERTIES = "SysPropConfigSource";

    /** Begins the location of a file in the name of its source; what is in the application itself has another scheme. */
    private static final String FILE = "[source=file:";

    private final Config config;

    EffectiveValues(Config config) {
        this.config = config;
    }

    /** Returns the keys that a reader has read and that have a value, in the order of reading. */
    List<EffectiveKey> of(KeyReader reader) {
        return reader.known().entrySet().stream()
                .flatMap(key -> Stream.ofNullable(effective(key.getKey(), key.getValue(), reader)))
                .toList();
    }

    private @Nullable EffectiveKey effective(String name, Key<?> key, KeyReader reader) {
        if (reader.isSet(key)) {
            String text = reader.configured(key);
            return set(name, text == null ? ShownValue.HIDDEN : ShownValue.of(key, text, config));
        }
        String preset = reader.preset(key);
        if (preset != null) {
            return new EffectiveKey(name, ShownValue.of(key, preset, config), Origin.PROVIDER, null);
        }
        return key instanceof DefaultedKey<?> defaulted
                ? new EffectiveKey(name, defaulted.defaultText(), Origin.DEFAULT, null)
                : null;
    }

    private EffectiveKey set(String name, String shown) {
        ConfigValue value = config.getConfigValue(name);
        String source = String.valueOf(value.getSourceName());
        if (source.startsWith(SYSTEM_PROPERTIES)) {
            return new EffectiveKey(name, shown, Origin.SYSTEM_PROPERTY, null);
        }
        if (source.startsWith(UnknownKeys.ENVIRONMENT)) {
            return new EffectiveKey(name, shown, Origin.ENVIRONMENT, UnknownKeys.variable(name));
        }
        int file = source.indexOf(FILE);
        return file < 0
                ? new EffectiveKey(name, shown, Origin.DEFAULT, null)
                : new EffectiveKey(
                        name, shown, Origin.FILE, source.substring(file + FILE.length(), source.length() - 1));
    }
}
