package dev.tokensidecar.cluster;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A rendered kustomization, as {@code kubectl apply -k} sends it.
 *
 * @param name distinguishes it from others
 * @param yaml the rendered text
 * @param objects the same, parsed with the model of Kubernetes
 */
public record Overlay(String name, String yaml, List<HasMetadata> objects) {

    private static final Path KUSTOMIZATIONS = Path.of("k8s");
    private static final Path CREDENTIALS = KUSTOMIZATIONS.resolve("examples/credentials/secret.yaml");
    private static final Path TESTS = Path.of("src", "test", "k8s");
    private static final Pattern DOCUMENTS = Pattern.compile("(?m)^---$");
    private static final KubernetesSerialization SERIALIZATION = new KubernetesSerialization();

    /** Renders the example with this directory name. */
    public static Overlay example(String name) {
        return render(KUSTOMIZATIONS.resolve("examples").resolve(name));
    }

    /** Renders the kustomization of the tests with this directory name. */
    static Overlay test(String name) {
        return render(TESTS.resolve(name));
    }

    /** Renders the monitoring: alerts, dashboard and scrape configuration. */
    public static Overlay monitoring() {
        return render(KUSTOMIZATIONS.resolve("monitoring"));
    }

    /** Renders the policies that inject the sidecar. */
    static Overlay injection() {
        return render(KUSTOMIZATIONS.resolve("injection"));
    }

    /** Returns the examples, which users can apply unchanged. */
    static List<Overlay> examples() {
        return Stream.concat(singlePods().stream(), fleets().stream()).toList();
    }

    /** Returns the examples in which no pod knows of another. */
    static List<Overlay> singlePods() {
        return Stream.of("cronjob", "deployment", "job", "statefulset")
                .map(Overlay::example)
                .toList();
    }

    /** Returns the examples whose pods share one session in a Secret. */
    static List<Overlay> fleets() {
        return Stream.of("fleet", "fleet-cronjob").map(Overlay::example).toList();
    }

    /** Returns all overlays: the examples, those of the tests, and the monitoring. */
    static List<Overlay> all() {
        Stream<Overlay> tests = Stream.of("classic", "component", "fleet", "injection", "native")
                .map(Overlay::test);
        return Stream.of(examples().stream(), tests, Stream.of(monitoring(), injection()))
                .flatMap(overlays -> overlays)
                .toList();
    }

    /** Reads a manifest as it is. */
    static Overlay file(Path file) {
        try {
            return of(file.toString(), Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Overlay render(Path directory) {
        return of(directory.toString(), Command.run(List.of("src/test/sh/render-manifests.sh", directory.toString())));
    }

    static Overlay of(String name, String yaml) {
        List<HasMetadata> objects = DOCUMENTS
                .splitAsStream(yaml)
                .filter(document -> !document.isBlank())
                .map(document -> SERIALIZATION.<HasMetadata>unmarshal(document))
                .toList();
        return new Overlay(name, yaml, objects);
    }

    /** Returns a copy with one text replaced. */
    Overlay with(String from, String to) {
        if (!yaml.contains(from)) {
            throw new IllegalArgumentException(name + " does not contain " + from);
        }
        return of(name + " with " + to.strip(), yaml.replace(from, to));
    }

    /** Returns the same with the Secret that an operator fills in and applies before. */
    public Overlay withCredentials() {
        Overlay secret = file(CREDENTIALS);
        return new Overlay(
                name + " with credentials",
                yaml + "---\n" + secret.yaml,
                Stream.concat(secret.objects.stream(), objects.stream()).toList());
    }

    /** Returns all objects of this kind. */
    public <T extends HasMetadata> List<T> all(Class<T> kind) {
        return objects.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    List<Workload> workloads() {
        return objects.stream().flatMap(object -> Workload.of(object).stream()).toList();
    }

    /** Returns the workload of this kind. */
    public Workload workload(String kind) {
        return workloads().stream()
                .filter(workload -> workload.kind().equals(kind))
                .findFirst()
                .orElseThrow();
    }

    @Override
    public String toString() {
        return name;
    }
}
