package dev.tokensidecar.kubernetes.pods;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** The runs of the CronJob of {@code k8s/examples}, one each minute. Its access tokens expire between two of them. */
final class CronRuns implements AutoCloseable {

    private static final String NAMESPACE = "cronjob";

    private final Cluster cluster;
    private final Application application;

    /** Applies the CronJob. */
    CronRuns(Cluster cluster) throws IOException {
        this.cluster = cluster;
        this.application = new Application(cluster, NAMESPACE);
        application.apply("cronjob");
    }

    Application application() {
        return application;
    }

    private List<JsonObject> jobs() throws IOException, InterruptedException {
        return Pods.items(cluster.plane().admin(), "/apis/batch/v1/namespaces/" + NAMESPACE + "/jobs").stream()
                .map(job -> job.getJsonObject("status"))
                .toList();
    }

    /** Returns the number of runs that have ended with success. */
    long complete() throws IOException, InterruptedException {
        return jobs().stream()
                .filter(status -> status.getInteger("succeeded", 0) == 1)
                .count();
    }

    /** Returns the runs of which a pod has failed, even if another one has taken its place. */
    List<JsonObject> failed() throws IOException, InterruptedException {
        return jobs().stream()
                .filter(status -> status.getInteger("failed", 0) > 0)
                .toList();
    }

    /** Waits until this many runs, and all that have begun since, have ended. */
    void awaitComplete(int number) {
        Await.until(
                number + " runs are complete",
                Duration.ofMinutes(number + 2),
                () -> complete() >= number && jobs().size() == complete() + failed().size());
    }

    @Override
    public void close() throws IOException {
        application.close();
    }
}
