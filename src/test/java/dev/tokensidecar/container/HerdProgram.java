package dev.tokensidecar.container;

import dev.tokensidecar.testing.crypto.Sha256;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Many callers at the same moment, as a program that runs in the pod's network: first they all report the token in hand
 * as rejected, then they ask again and again. It prints how many were answered with a token, and how many tokens that
 * were.
 */
final class HerdProgram {

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI sidecar;
    private final int callers;

    private HerdProgram(URI sidecar, int callers) {
        this.sidecar = sidecar;
        this.callers = callers;
    }

    /** The arguments are the address of the sidecar, the number of callers, and how often they ask. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        HerdProgram crowd = new HerdProgram(URI.create(arguments[0]), Integer.parseInt(arguments[1]));
        String first = crowd.client
                .send(crowd.question("/token"), BodyHandlers.ofString())
                .body();
        List<String> herd = crowd.ask("/token?rejected=" + Sha256.hex(first));
        List<String> later = IntStream.range(0, Integer.parseInt(arguments[2]))
                .boxed()
                .flatMap(round -> crowd.ask("/token").stream())
                .toList();
        System.out.printf(
                "herd=%d herd_tokens=%d later=%d later_tokens=%d%n",
                herd.size(), distinct(herd), later.size(), distinct(later));
    }

    private List<String> ask(String path) {
        List<CompletableFuture<HttpResponse<String>>> asked = Stream.generate(
                        () -> client.sendAsync(question(path), BodyHandlers.ofString()))
                .limit(callers)
                .toList();
        return asked.stream()
                .map(CompletableFuture::join)
                .filter(answer -> answer.statusCode() == 200)
                .map(HttpResponse::body)
                .toList();
    }

    private HttpRequest question(String path) {
        return HttpRequest.newBuilder(sidecar.resolve(path))
                .header("Accept", "text/plain")
                .build();
    }

    private static long distinct(List<String> tokens) {
        return tokens.stream().distinct().count();
    }
}
