package dev.tokensidecar.e2e;

import dev.tokensidecar.testing.process.SidecarProcess;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;

/** What an application does to act for a user: it exchanges the user's token at {@code /tokens/orders}. */
final class OnBehalfCall {

    private OnBehalfCall() {}

    static HttpResponse<String> exchange(SidecarProcess sidecar, String subjectToken)
            throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(sidecar.api("/tokens/orders"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString("grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Atoken-exchange"
                        + "&subject_token=" + subjectToken))
                .build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(request, BodyHandlers.ofString());
        }
    }
}
