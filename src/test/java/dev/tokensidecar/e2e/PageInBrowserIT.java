package dev.tokensidecar.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tokensidecar.demo.DemoOptions;
import dev.tokensidecar.demo.Fault;
import dev.tokensidecar.ingress.Guard;
import dev.tokensidecar.ingress.ProblemResponder;
import dev.tokensidecar.page.PageHandlers;
import dev.tokensidecar.page.PageScene;
import dev.tokensidecar.testing.browser.Browser;
import dev.tokensidecar.testing.crypto.Sha256;
import dev.tokensidecar.testing.process.SidecarProcess;
import dev.tokensidecar.testing.process.SidecarTestBed;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The page in Chromium, in each of its states. The pictures in {@code target/pictures} are those of the documents. */
@Timeout(120)
class PageInBrowserIT {

    private static final Path PICTURES = Path.of("target", "pictures");
    private static final int DESK = 1280;
    private static final int PHONE = 390;

    /** Finds texts with a contrast below 4.5 (WCAG 2.2, 1.4.3) to the colour behind them. */
    private static final String FAINT_TEXTS = """
            const parse = (colour) => colour.match(/[\\d.]+/g).map(Number);
            const light = (colour) => {
              const [r, g, b] = parse(colour).map((c) => c / 255)
                .map((c) => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
              return 0.2126 * r + 0.7152 * g + 0.0722 * b;
            };
            const behind = (element) => {
              for (let e = element; e; e = e.parentElement) {
                const colour = getComputedStyle(e).backgroundColor;
                if (parse(colour)[3] !== 0) { return colour; }
              }
              return 'rgb(255, 255, 255)';
            };
            return [...document.querySelectorAll('body *')]
              .filter((e) => [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim()))
              .filter((e) => e.getClientRects().length > 0)
              .map((e) => {
                const style = getComputedStyle(e);
                const [a, b] = [light(e.closest('svg') ? style.fill : style.color), light(behind(e))];
                const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
                return contrast < 4.5 ? `${e.className.baseVal ?? e.className} "${e.textContent.trim()}" ${contrast}` : null;
              })
              .filter((text) => text);
            """;

    private static final AtomicReference<PageScene> scene = new AtomicReference<>(PageScene.healthy());

    @SuppressWarnings("NullAway.Init")
    private static Vertx vertx;

    @SuppressWarnings("NullAway.Init")
    private static URI page;

    @SuppressWarnings("NullAway.Init")
    private static Browser browser;

    @BeforeAll
    static void open() throws Exception {
        vertx = Vertx.vertx();
        Router router = Router.router(vertx);
        Guard guard = Guard.ofPage(new ProblemResponder(new ObjectMapper()));
        new PageHandlers(() -> scene.get().view(), guard, System::nanoTime).mount(router, 0);
        HttpServer server = vertx.createHttpServer()
                .requestHandler(router)
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get(20, TimeUnit.SECONDS);
        page = URI.create("http://127.0.0.1:" + server.actualPort() + "/");
        browser = new Browser(Path.of("target", "chromedriver.log"));
    }

    @AfterAll
    static void close() {
        browser.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @BeforeEach
    void reset() throws Exception {
        browser.runScripts(true);
        browser.preferDark(false);
        browser.resize(DESK, 480);
    }

    private static Arguments state(String name, Supplier<PageScene> scene, String... texts) {
        return Arguments.of(name, scene, List.of(texts));
    }

    static Stream<Arguments> states() {
        return Stream.of(
                state("healthy", PageScene::healthy, "Callers get a token.", "●fresh", "3 min 19 s"),
                state("herd", PageScene::herd, "◐refreshing", "50 callers wait for one refresh"),
                state("server-down", PageScene::serverDown, "▲failing", "http_503", "the sidecar retries by itself"),
                state("dead", PageScene::dead, "✖dead", "invalid_grant", "log in again and put the new refresh token"),
                state("follower", PageScene::follower, "●fresh", "fleet: follower", "adopted"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("states")
    void everyStateIsReadableOnADeskAndOnAPhoneInLightAndInDark(
            String name, Supplier<PageScene> state, List<String> texts) throws Exception {
        scene.set(state.get());
        browser.open(page);
        browser.awaitText("#live", "live");

        assertThat(browser.text("body")).contains(texts);
        browser.photograph(PICTURES.resolve("page-" + name + ".png"));
        for (boolean dark : List.of(false, true)) {
            browser.preferDark(dark);
            for (int width : List.of(DESK, PHONE)) {
                browser.resize(width, 800);
                assertThat(browser.evaluate(FAINT_TEXTS).toString()).isEqualTo("[]");
                assertThat(browser.evaluate("return document.documentElement.scrollWidth"))
                        .as("%s in %d pixels", name, width)
                        .isEqualTo(width);
            }
        }
        browser.photograph(PICTURES.resolve("phone-" + name + ".png"));
        assertThat(browser.console()).isEmpty();
    }

    @Test
    void thePageNeedsNoScript() throws Exception {
        scene.set(PageScene.dead());
        browser.runScripts(false);
        browser.open(page);

        assertThat(browser.text("main"))
                .contains("Callers get no token.", "log in again", "The sidecar tries again at");
        assertThat(browser.text("#live")).isEmpty();
    }

    @Test
    void itChangesInPlace() throws Exception {
        scene.set(PageScene.healthy());
        browser.open(page);
        browser.click("summary");
        var unused = browser.evaluate("document.querySelector('.token').marked = true");

        scene.set(PageScene.serverDown());
        browser.awaitText(".state", "failing");

        assertThat(browser.evaluate("return document.querySelector('.token').marked"))
                .isEqualTo(true);
        assertThat(browser.evaluate("return document.querySelector('details').open"))
                .isEqualTo(true);
        assertThat(browser.text(".problem")).contains("http_503");
    }

    /** The story of the sidecar, told by the packaged application. */
    @Test
    void fiftyCallersWaitForOneRefreshAndThePageShowsIt(@TempDir Path directory) throws Exception {
        try (SidecarTestBed testBed =
                new SidecarTestBed(directory, Path.of("target", "PageInBrowserIT.log"), DemoOptions.defaults())) {
            testBed.set("SIDECAR_TOKEN_REFRESH_REJECTED_INTERVAL", "0s");
            testBed.set("SIDECAR_TOKEN_REFRESH_MIN_INTERVAL", "0s");
            try (SidecarProcess sidecar = testBed.start()) {
                sidecar.awaitStarted();
                browser.open(sidecar.management("/"));
                browser.awaitText(".state", "fresh");
                String token = testBed.get(sidecar.api("/token"), Map.of("Accept", "text/plain"))
                        .body();
                testBed.server().faults().next(Fault.hold());

                List<CompletableFuture<?>> callers = new ArrayList<>();
                for (int i = 0; i < 50; i++) {
                    callers.add(testBed.getAsync(
                            sidecar.api("/token?rejected=" + Sha256.hex(token)), Map.of("Prefer", "wait=60")));
                }
                browser.awaitText(".herd", "50 callers wait for one refresh");
                testBed.server().awaitHeld(1);
                testBed.server().release();
                CompletableFuture.allOf(callers.toArray(CompletableFuture[]::new))
                        .join();

                browser.awaitText(".state", "fresh");
                browser.awaitText(".note", "generation 2");
                assertThat(testBed.server().stats().tokenRequests()).isEqualTo(2);
            }
        }
    }

    @Test
    void itSaysThatTheSidecarHasGone(@TempDir Path directory) throws Exception {
        try (SidecarTestBed testBed =
                new SidecarTestBed(directory, Path.of("target", "PageInBrowserIT.log"), DemoOptions.defaults())) {
            try (SidecarProcess sidecar = testBed.start()) {
                sidecar.awaitStarted();
                browser.open(sidecar.management("/"));
                browser.awaitText("#live", "live");
                assertThat(sidecar.stop()).isZero();
            }
            browser.awaitText("#live", "no response");
        }
    }
}
