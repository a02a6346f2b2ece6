import io.quarkus.oidc.client.OidcClient;
import io.quarkus.oidc.client.runtime.TokensHelper;
import io.quarkus.runtime.QuarkusApplication;
import io.quarkus.runtime.annotations.QuarkusMain;
import jakarta.inject.Inject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Scanner;

@QuarkusMain
public class Client implements QuarkusApplication {

    @Inject
    OidcClient sidecar;

    private final TokensHelper tokens = new TokensHelper();

    String token() {
        return tokens.getTokens(sidecar).await().indefinitely().getAccessToken();
    }

    @Override
    public int run(String... arguments) throws Exception {
        for (var lines = new Scanner(System.in); lines.hasNextLine(); lines.nextLine()) {
            var request = HttpRequest.newBuilder(URI.create("http://localhost:8190/api"))
                    .header("Authorization", "Bearer " + token())
                    .build();
            var response = HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
            System.out.println(response.statusCode() + " " + response.body());
        }
        return 0;
    }
}
