import com.nimbusds.oauth2.sdk.AccessTokenResponse;
import com.nimbusds.oauth2.sdk.ClientCredentialsGrant;
import com.nimbusds.oauth2.sdk.TokenRequest;
import com.nimbusds.oauth2.sdk.auth.ClientSecretBasic;
import com.nimbusds.oauth2.sdk.auth.Secret;
import com.nimbusds.oauth2.sdk.http.HTTPRequest;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.token.AccessToken;
import java.net.URI;
import java.util.Scanner;

class Client {

    static AccessToken token() throws Exception {
        var request = new TokenRequest.Builder(
                        URI.create("http://localhost:8191/token"),
                        new ClientSecretBasic(new ClientID("any"), new Secret("any")),
                        new ClientCredentialsGrant())
                .build();
        var response = AccessTokenResponse.parse(request.toHTTPRequest().send());
        return response.getTokens().getAccessToken();
    }

    public static void main(String[] arguments) throws Exception {
        for (var lines = new Scanner(System.in); lines.hasNextLine(); lines.nextLine()) {
            var request = new HTTPRequest(HTTPRequest.Method.GET, URI.create("http://localhost:8190/api"));
            request.setAuthorization(token().toAuthorizationHeader());
            var response = request.send();
            System.out.println(
                    response.getStatusCode() + " " + response.getBody().strip());
        }
    }
}
