package dev.tokensidecar.cluster;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.KubernetesResource;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds fields of a manifest that Kubernetes does not know: misspelt ones, and those in a wrong place. The model keeps them
 * as additional properties instead of rejecting them.
 */
final class UnknownFields {

    private static final String ADDITIONAL_PROPERTIES = "getAdditionalProperties";

    private final List<String> findings = new ArrayList<>();

    private UnknownFields() {}

    static List<String> of(HasMetadata object) {
        String path = object.getKind() + " " + object.getMetadata().getName();
        if (object instanceof GenericKubernetesResource) {
            return List.of(path + ": no such kind in " + object.getApiVersion());
        }
        UnknownFields fields = new UnknownFields();
        fields.walk(path, object);
        return fields.findings;
    }

    private void walk(String path, @Nullable Object value) {
        switch (value) {
            case Collection<?> elements -> elements.forEach(element -> walk(path, element));
            case Map<?, ?> entries -> entries.forEach((key, entry) -> walk(path + "." + key, entry));
            case KubernetesResource bean -> walkBean(path, bean);
            case null, default -> {}
        }
    }

    private void walkBean(String path, Object bean) {
        for (Method method : bean.getClass().getMethods()) {
            if (method.getParameterCount() > 0 || !method.getName().startsWith("get")) {
                continue;
            }
            if (method.getName().equals(ADDITIONAL_PROPERTIES)) {
                names(get(bean, method)).forEach(field -> findings.add(path + ": no field " + field));
            } else if (!method.getName().equals("getClass")) {
                walk(path + "." + method.getName().substring("get".length()), get(bean, method));
            }
        }
    }

    private static Set<?> names(@Nullable Object fields) {
        return fields instanceof Map<?, ?> map ? map.keySet() : Set.of();
    }

    private static @Nullable Object get(Object bean, Method getter) {
        try {
            return getter.invoke(bean);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }
}
