package dev.tokensidecar.cluster;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapEnvSource;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretKeySelector;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * The environment of a container, computed as Kubernetes does: a later source overrides an earlier one, and single variables
 * override all sources.
 */
public final class Settings {

    private final Overlay overlay;

    /** Resolves references within this overlay. */
    public Settings(Overlay overlay) {
        this.overlay = overlay;
    }

    /** Returns the variables of a container. */
    public Map<String, String> of(Container container) {
        Map<String, String> settings = new LinkedHashMap<>();
        container.getEnvFrom().forEach(source -> settings.putAll(all(source.getConfigMapRef())));
        container.getEnv().forEach(variable -> settings.put(variable.getName(), value(variable)));
        return settings;
    }

    private Map<String, String> all(ConfigMapEnvSource source) {
        Optional<ConfigMap> found = overlay.all(ConfigMap.class).stream()
                .filter(map -> isNamed(map, source.getName()))
                .findFirst();
        if (found.isEmpty() && !Objects.equals(source.getOptional(), true)) {
            throw new IllegalStateException("no ConfigMap " + source.getName());
        }
        return found.map(ConfigMap::getData).orElse(Map.of());
    }

    /** A Secret outside the overlay has no value here. A field of the pod, which only a cluster knows, is its own path. */
    private String value(EnvVar variable) {
        if (variable.getValueFrom() == null) {
            return Objects.requireNonNullElse(variable.getValue(), "");
        }
        if (variable.getValueFrom().getFieldRef() != null) {
            return variable.getValueFrom().getFieldRef().getFieldPath();
        }
        SecretKeySelector source = variable.getValueFrom().getSecretKeyRef();
        return secret(source.getName()).getOrDefault(source.getKey(), "");
    }

    /** Returns the content of a Secret. */
    public Map<String, String> secret(String name) {
        Map<String, String> content = new HashMap<>();
        overlay.all(Secret.class).stream()
                .filter(secret -> isNamed(secret, name))
                .forEach(secret -> {
                    secret.getData().forEach((key, value) -> content.put(key, decoded(value)));
                    content.putAll(secret.getStringData());
                });
        return content;
    }

    private static boolean isNamed(HasMetadata object, String name) {
        return object.getMetadata().getName().equals(name);
    }

    private static String decoded(String base64) {
        return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
    }
}
