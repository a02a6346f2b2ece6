package dev.tokensidecar.container;

import dev.tokensidecar.cluster.Settings;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.KeyToPath;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.SecretVolumeSource;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;

/** The volumes of a pod as directories, with the owners and modes that the kubelet sets. */
record Volumes(Path directory, PodSpec pod) {

    /** Returns the mount options of a container. */
    List<String> mounts(Container container, Settings settings) {
        return container.getVolumeMounts().stream()
                .map(mount -> "--volume=" + content(mount, settings) + ":" + mount.getMountPath()
                        + (Boolean.TRUE.equals(mount.getReadOnly()) ? ":ro" : ""))
                .toList();
    }

    private Path content(VolumeMount mount, Settings settings) {
        Volume volume = pod.getVolumes().stream()
                .filter(it -> it.getName().equals(mount.getName()))
                .findFirst()
                .orElseThrow();
        try {
            Path content =
                    Files.createDirectories(directory.resolve(volume.getName()).toAbsolutePath());
            if (volume.getSecret() != null) {
                project(volume.getSecret(), settings, content);
            } else if (volume.getPersistentVolumeClaim() != null) {
                giveToGroup(content);
            } else {
                Files.setPosixFilePermissions(content, PosixFilePermissions.fromString("rwxrwxrwx"));
            }
            return content;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes the files of a Secret, owned by root, with the mode of the manifest. */
    private static void project(SecretVolumeSource source, Settings settings, Path content) throws IOException {
        Map<String, String> secret = settings.secret(source.getSecretName());
        for (KeyToPath item : source.getItems()) {
            Path file = Files.writeString(content.resolve(item.getPath()), secret.getOrDefault(item.getKey(), ""));
            Files.setAttribute(file, "unix:mode", source.getDefaultMode());
        }
    }

    /** Sets owner and mode of an empty volume as {@code fsGroup} does: owned by root, writable for the group. */
    private void giveToGroup(Path content) throws IOException {
        Files.setAttribute(
                content, "unix:gid", pod.getSecurityContext().getFsGroup().intValue());
        Files.setAttribute(content, "unix:mode", 02775);
    }
}
