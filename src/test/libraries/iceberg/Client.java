import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Scanner;
import org.apache.iceberg.rest.RESTCatalog;

class Client {

    public static void main(String[] arguments) throws Exception {
        String url = startCatalog();
        var catalog = new RESTCatalog();
        catalog.initialize(
                "catalog",
                Map.of(
                        "uri", url,
                        "oauth2-server-uri", "http://localhost:8191/token",
                        "credential", "any:any",
                        "scope", "read",
                        "token-exchange-enabled", "false"));

        for (var lines = new Scanner(System.in); lines.hasNextLine(); lines.nextLine()) {
            System.out.println(catalog.listNamespaces());
        }
        System.exit(0);
    }

    /** Starts a catalog with one namespace, which accepts the tokens that the API of the demo server accepts. */
    private static String startCatalog() throws IOException {
        var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/v1/config", exchange -> respond(exchange, "{\"defaults\":{},\"overrides\":{}}"));
        server.createContext("/v1/namespaces", exchange -> respond(exchange, "{\"namespaces\":[[\"demo-user\"]]}"));
        server.start();
        return "http://localhost:" + server.getAddress().getPort();
    }

    private static void respond(HttpExchange exchange, String success) throws IOException {
        int status = statusOfApi(exchange.getRequestHeaders().getFirst("Authorization"));
        String error = "{\"error\":{\"message\":\"the API answered " + status
                + "\",\"type\":\"NotAuthorizedException\",\"code\":" + status + "}}";
        byte[] body = (status == 200 ? success : error).getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private static int statusOfApi(String authorization) throws IOException {
        var request = HttpRequest.newBuilder(URI.create("http://localhost:8190/api"))
                .header("Authorization", authorization)
                .build();
        try (var http = HttpClient.newHttpClient()) {
            return http.send(request, BodyHandlers.discarding()).statusCode();
        } catch (InterruptedException stopped) {
            throw new IOException(stopped);
        }
    }
}
