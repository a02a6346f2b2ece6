import java.util.Scanner;
import org.springframework.security.oauth2.client.AuthorizedClientServiceOAuth2AuthorizedClientManager;
import org.springframework.security.oauth2.client.InMemoryOAuth2AuthorizedClientService;
import org.springframework.security.oauth2.client.OAuth2AuthorizeRequest;
import org.springframework.security.oauth2.client.registration.ClientRegistration;
import org.springframework.security.oauth2.client.registration.InMemoryClientRegistrationRepository;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.web.client.RestClient;

class Client {

    public static void main(String[] arguments) {
        var registration = ClientRegistration.withRegistrationId("sidecar")
                .authorizationGrantType(AuthorizationGrantType.CLIENT_CREDENTIALS)
                .tokenUri("http://localhost:8191/token")
                .clientId("any")
                .clientSecret("any")
                .build();
        var registrations = new InMemoryClientRegistrationRepository(registration);
        var manager = new AuthorizedClientServiceOAuth2AuthorizedClientManager(
                registrations, new InMemoryOAuth2AuthorizedClientService(registrations));
        var request = OAuth2AuthorizeRequest.withClientRegistrationId("sidecar")
                .principal("any")
                .build();
        var api = RestClient.builder()
                .requestInterceptor((call, body, execution) -> {
                    call.getHeaders()
                            .setBearerAuth(
                                    manager.authorize(request).getAccessToken().getTokenValue());
                    return execution.execute(call, body);
                })
                .build();

        for (var lines = new Scanner(System.in); lines.hasNextLine(); lines.nextLine()) {
            var response = api.get().uri("http://localhost:8190/api").retrieve().toEntity(String.class);
            System.out.println(response.getStatusCode().value() + " " + response.getBody());
        }
    }
}
