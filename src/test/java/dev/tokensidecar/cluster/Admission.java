package dev.tokensidecar.cluster;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The admission of pods, by the code of the API server, without one. */
final class Admission {

    private static final KubernetesSerialization YAML = new KubernetesSerialization();

    private final String objects;

    /** @param objects policies, parameters, service accounts and roles */
    Admission(Stream<? extends HasMetadata> objects) {
        this.objects = yaml(objects);
    }

    private static String yaml(Stream<? extends HasMetadata> objects) {
        return objects.map(YAML::asYaml).collect(Collectors.joining());
    }

    /** Returns the pods as the API server would store them. */
    List<Pod> admit(List<Pod> pods) {
        return documents(pods).stream()
                .map(document -> switch (YAML.<Object>unmarshal(document)) {
                    case Pod pod -> pod;
                    default -> throw new IllegalStateException(document);
                })
                .toList();
    }

    /** Returns the pod as the API server would store it. */
    Pod admit(Pod pod) {
        return admit(List.of(pod)).getFirst();
    }

    /** Returns why the API server would reject the pod. */
    String rejection(Pod pod) {
        return switch (YAML.<Object>unmarshal(documents(List.of(pod)).getFirst())) {
            case Status status -> status.getMessage();
            case Object other -> throw new IllegalStateException("not rejected: " + YAML.asYaml(other));
        };
    }

    private List<String> documents(List<Pod> pods) {
        String output = Command.run(List.of(Command.tool("admission")), objects + yaml(pods.stream()));
        return Arrays.stream(output.split("(?m)^---$"))
                .filter(it -> !it.isBlank())
                .toList();
    }
}
