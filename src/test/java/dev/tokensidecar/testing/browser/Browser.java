package dev.tokensidecar.testing.browser;

import dev.tokensidecar.testing.process.ChildProcess;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Chromium without a window, driven by the protocol of W3C WebDriver. */
public final class Browser implements AutoCloseable {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final JsonObject CAPABILITIES = new JsonObject("""
            {"capabilities": {"alwaysMatch": {
              "browserName": "chrome",
              "goog:loggingPrefs": {"browser": "ALL"},
              "goog:chromeOptions": {
                "args": ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars"]
              }
            }}}
            """);

    private final ChildProcess driver;
    private final HttpClient http = HttpClient.newHttpClient();
    private final URI session;

    /** @param log the file for the output of the driver */
    public Browser(Path log) throws IOException, InterruptedException {
        int port = ChildProcess.freePort();
        driver = ChildProcess.start(List.of("chromedriver", "--port=" + port), Map.of(), log);
        driver.awaitPort("chromedriver", port, TIMEOUT);
        URI sessions = URI.create("http://127.0.0.1:" + port + "/session");
        JsonObject created = new JsonObject(send(post(sessions, CAPABILITIES)).body()).getJsonObject("value");
        session = URI.create(sessions + "/" + created.getString("sessionId"));
    }

    /** Sets the size of the page in CSS pixels. */
    public void resize(int width, int height) throws IOException, InterruptedException {
        devTools(
                "Emulation.setDeviceMetricsOverride",
                new JsonObject()
                        .put("width", width)
                        .put("height", height)
                        .put("deviceScaleFactor", 1)
                        .put("mobile", false));
    }

    /** Prefers dark or light colours from now on. */
    public void preferDark(boolean dark) throws IOException, InterruptedException {
        JsonObject feature =
                new JsonObject().put("name", "prefers-color-scheme").put("value", dark ? "dark" : "light");
        devTools("Emulation.setEmulatedMedia", new JsonObject().put("features", JsonArray.of(feature)));
    }

    /** Runs the scripts of pages that are opened from now on, or does not. */
    public void runScripts(boolean run) throws IOException, InterruptedException {
        devTools("Emulation.setScriptExecutionDisabled", new JsonObject().put("value", !run));
    }

    private void devTools(String command, JsonObject parameters) throws IOException, InterruptedException {
        var unused =
                call("/goog/cdp/execute", new JsonObject().put("cmd", command).put("params", parameters));
    }

    /** Opens an address and waits until the page has loaded. */
    public void open(URI address) throws IOException, InterruptedException {
        var unused = call("/url", new JsonObject().put("url", address.toString()));
    }

    /** Returns the text that a person sees in an element. */
    public String text(String selector) throws IOException, InterruptedException {
        return get("/element/" + element(selector) + "/text").getString("value");
    }

    /** Clicks on an element. */
    public void click(String selector) throws IOException, InterruptedException {
        var unused = call("/element/" + element(selector) + "/click", new JsonObject());
    }

    private String element(String selector) throws IOException, InterruptedException {
        JsonObject found =
                call("/element", new JsonObject().put("using", "css selector").put("value", selector));
        return (String) found.getJsonObject("value").iterator().next().getValue();
    }

    /** Waits until the text of an element contains this one. */
    public void awaitText(String selector, String text) throws InterruptedException {
        driver.await(
                selector + " with " + text,
                () -> {
                    try {
                        return text(selector).contains(text);
                    } catch (IOException notThere) {
                        return false;
                    }
                },
                TIMEOUT);
    }

    /** Returns the value of the script's {@code return}. */
    public Object evaluate(String script) throws IOException, InterruptedException {
        return call("/execute/sync", new JsonObject().put("script", script).put("args", new JsonArray()))
                .getValue("value");
    }

    /** Returns what the console of the browser says since the last call, violations of the page's policy included. */
    public List<String> console() throws IOException, InterruptedException {
        return call("/se/log", new JsonObject().put("type", "browser")).getJsonArray("value").stream()
                .map(entry -> ((JsonObject) entry).getString("message"))
                .toList();
    }

    /** Writes a picture of the page as PNG. */
    public void photograph(Path file) throws IOException, InterruptedException {
        Files.createDirectories(file.getParent());
        Files.write(file, Base64.getDecoder().decode(get("/screenshot").getString("value")));
    }

    private JsonObject get(String command) throws IOException, InterruptedException {
        return value(send(HttpRequest.newBuilder(URI.create(session + command))));
    }

    private JsonObject call(String command, JsonObject parameters) throws IOException, InterruptedException {
        return value(send(post(URI.create(session + command), parameters)));
    }

    private static JsonObject value(HttpResponse<String> response) throws IOException {
        if (response.statusCode() != 200) {
            throw new IOException(response.body());
        }
        return new JsonObject(response.body());
    }

    private static HttpRequest.Builder post(URI uri, JsonObject body) {
        return HttpRequest.newBuilder(uri)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body.encode()));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return http.send(request.timeout(TIMEOUT).build(), BodyHandlers.ofString());
    }

    /** Ends the browser, then its driver. */
    @Override
    public void close() {
        var unused = http.sendAsync(HttpRequest.newBuilder(session).DELETE().build(), BodyHandlers.discarding())
                .orTimeout(TIMEOUT.toSeconds(), TimeUnit.SECONDS)
                .exceptionally(gone -> null)
                .join();
        http.shutdownNow();
        driver.close();
    }
}
