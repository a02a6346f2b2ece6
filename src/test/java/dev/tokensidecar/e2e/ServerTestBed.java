package dev.tokensidecar.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;

import dev.tokensidecar.testing.crypto.SigningKey;
import dev.tokensidecar.testing.process.SidecarProcess;
import dev.tokensidecar.testing.server.CountingProxy;
import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.TestInfo;

/** A proxy that counts requests to an authorization server, and the settings and files of a sidecar that uses it. */
class ServerTestBed implements AutoCloseable {

    static final String SECOND_TOKEN = "SIDECAR_TOKENS_SECOND_";

    static final String EXCHANGE = "SIDECAR_TOKENS_ORDERS_";

    private static final String TOKEN = "SIDECAR_TOKEN_";
    private static final Pattern CREDENTIAL = Pattern.compile(
            "(?<=^|&)(?:refresh_token|client_secret|client_assertion|assertion|subject_token|device_code)=([^&]+)");

    private final Path directory;
    private final Path log;
    private final Map<String, String> settings = new HashMap<>();
    private final CountingProxy proxy;

    /**
     * Prepares a sidecar without a client.
     *
     * @param server the authorization server
     * @param tokenEndpoint a path there
     * @param directory contains the files of the sidecar
     * @param test names the log of the sidecar
     */
    ServerTestBed(URI server, String tokenEndpoint, Path directory, TestInfo test) {
        this.directory = directory;
        log = Path.of("target", test.getTestMethod().orElseThrow().getName() + ".log");
        proxy = new CountingProxy(server);
        set(
                "SIDECAR_TOKEN_AUTHORIZATION_SERVER_TOKEN_ENDPOINT",
                proxy.uri(tokenEndpoint).toString());
    }

    /** Makes the sidecar a confidential client. */
    final void useClient(String id, String secret) throws IOException {
        set("SIDECAR_TOKEN_CLIENT_ID", id);
        setFile("SIDECAR_TOKEN_CLIENT_SECRET_FILE", "client-secret", secret);
    }

    /** Makes the sidecar a public client: one without a secret. */
    final void usePublicClient(String id) {
        set("SIDECAR_TOKEN_CLIENT_ID", id);
        set("SIDECAR_TOKEN_CLIENT_AUTHENTICATION_METHOD", "none");
        settings.remove("SIDECAR_TOKEN_CLIENT_SECRET_FILE");
    }

    /** Makes the sidecar a client that signs assertions for this audience. */
    final void useKey(String id, SigningKey key, String audience) throws IOException {
        usePublicClient(id);
        set("SIDECAR_TOKEN_CLIENT_AUTHENTICATION_METHOD", "private_key_jwt");
        set("SIDECAR_TOKEN_CLIENT_ASSERTION_AUDIENCE", audience);
        setFile("SIDECAR_TOKEN_CLIENT_KEY_FILE", "client-key", key.privateKey());
    }

    /**
     * Makes the sidecar a client with an issued assertion. Call it again to replace the assertion while the sidecar runs.
     */
    final void useAssertion(String assertion) throws IOException {
        settings.keySet().removeAll(Set.of("SIDECAR_TOKEN_CLIENT_ID", "SIDECAR_TOKEN_CLIENT_SECRET_FILE"));
        set("SIDECAR_TOKEN_CLIENT_AUTHENTICATION_METHOD", "client_assertion");
        setFile("SIDECAR_TOKEN_CLIENT_ASSERTION_FILE", "assertion", assertion);
    }

    /**
     * Has the sidecar send proofs to this token endpoint, without the proxy, whose address would be in them, and adds a route.
     *
     * @param api the target of the route, which serves {@code http://127.0.0.1:port}
     */
    final void useDpop(URI tokenEndpoint, URI api, int port) {
        set("SIDECAR_TOKEN_AUTHORIZATION_SERVER_TOKEN_ENDPOINT", tokenEndpoint.toString());
        set("SIDECAR_TOKEN_CLIENT_DPOP_ENABLED", "true");
        set("SIDECAR_FORWARD_API_TARGET", api.toString());
        set("SIDECAR_FORWARD_API_PORT", Integer.toString(port));
    }

    /** Adds the token {@code /tokens/second}, with the current settings of {@code /token}. */
    final void addSecondToken() {
        Map.copyOf(settings).forEach((variable, value) -> {
            if (variable.startsWith(TOKEN)) {
                set(SECOND_TOKEN + variable.substring(TOKEN.length()), value);
            }
        });
    }

    /** Adds the token {@code /tokens/orders}, for which callers exchange the access tokens of their users. */
    final void addExchange(String tokenEndpoint, String clientId, String clientSecret) throws IOException {
        set(
                EXCHANGE + "AUTHORIZATION_SERVER_TOKEN_ENDPOINT",
                proxy.uri(tokenEndpoint).toString());
        set(EXCHANGE + "CLIENT_ID", clientId);
        setFile(EXCHANGE + "CLIENT_SECRET_FILE", "exchange-secret", clientSecret);
        set(EXCHANGE + "GRANT_TYPE", "token_exchange");
        set(EXCHANGE + "GRANT_SUBJECT", "request");
        set(EXCHANGE + "GRANT_SUBJECT_TOKEN_TYPE", "urn:ietf:params:oauth:token-type:access_token");
    }

    /** Returns how many tokens of users the sidecar has presented so far. */
    final long exchanges() {
        return proxy.posted().stream()
                .filter(form -> form.contains("subject_token="))
                .count();
    }

    /** Sets the refresh token of a session, and the store file for its successors. */
    final void useRefreshToken(String refreshToken) throws IOException {
        setFile("SIDECAR_TOKEN_STORE_REFRESH_TOKEN_FILE", "seed", refreshToken);
        set("SIDECAR_TOKEN_STORE_FILE", storeFile().toString());
    }

    /** Returns the store file of the sidecar. */
    final Path storeFile() {
        return directory.resolve("refresh-token");
    }

    /** Makes each report of a rejected token renew it. With the default intervals the tests would take minutes. */
    final void renewOnEachReport() {
        set("SIDECAR_TOKEN_REFRESH_REJECTED_INTERVAL", "0s");
        set("SIDECAR_TOKEN_REFRESH_MIN_INTERVAL", "0s");
    }

    final void set(String variable, String value) {
        settings.put(variable, value);
    }

    final void unset(String variable) {
        settings.remove(variable);
    }

    /** Sets a variable to the path of a file with this content. */
    final void setFile(String variable, String name, String content) throws IOException {
        Path written = Files.writeString(directory.resolve("next"), content);
        set(variable, Files.move(written, directory.resolve(name), ATOMIC_MOVE).toString());
    }

    final SidecarProcess start() {
        return SidecarProcess.start(settings, log);
    }

    final CountingProxy proxy() {
        return proxy;
    }

    /** Returns the credentials in the bodies that the sidecar has posted so far. */
    final List<String> posted() {
        return proxy.posted().stream()
                .flatMap(body -> CREDENTIAL.matcher(body).results())
                .map(field -> URLDecoder.decode(field.group(1), UTF_8))
                .toList();
    }

    @Override
    public void close() {
        proxy.close();
    }
}
