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
 * Many concurrent callers, as a program in the network of the pod. All of them report the current token as rejected, then
 * request tokens again and again. The program prints how many got a token, and how many different tokens they got.
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

    /** Runs the program; the arguments are the address of the sidecar, the number of callers, and the number of rounds. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        HerdProgram program = new HerdProgram(URI.create(arguments[0]), Integer.parseInt(arguments[1]));
        String first = program.client
                .send(program.request("/token"), BodyHandlers.ofString())
                .body();
        List<String> herd = program.requestFromAll("/token?rejected=" + Sha256.hex(first));
        List<String> later = IntStream.range(0, Integer.parseInt(arguments[2]))
                .boxed()
                .flatMap(round -> program.requestFromAll("/token").stream())
                .toList();
        System.out.printf(
                "herd=%d herd_tokens=%d later=%d later_tokens=%d%n",
                herd.size(), distinct(herd), later.size(), distinct(later));
    }

    private List<String> requestFromAll(String path) {
        List<CompletableFuture<HttpResponse<String>>> pending = Stream.generate(
                        () -> client.sendAsync(request(path), BodyHandlers.ofString()))
                .limit(callers)
                .toList();
        return pending.stream()
                .map(CompletableFuture::join)
                .filter(response -> response.statusCode() == 200)
                .map(HttpResponse::body)
                .toList();
    }

    private HttpRequest request(String path) {
        return HttpRequest.newBuilder(sidecar.resolve(path))
                .header("Accept", "text/plain")
                .build();
    }

    private static long distinct(List<String> tokens) {
        return tokens.stream().distinct().count();
    }
}
