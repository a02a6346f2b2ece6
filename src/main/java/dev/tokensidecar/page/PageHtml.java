package dev.tokensidecar.page;

import dev.tokensidecar.page.PageView.RouteView;
import java.time.temporal.ChronoUnit;
import java.util.List;

/** Renders the page: complete without a script, which only repeats it. */
final class PageHtml {

    private PageHtml() {}

    static String of(PageView view) {
        PageVerdict verdict = PageVerdict.of(view.tokens());
        return Html.of(
                        """
                        <!DOCTYPE html>
                        <html lang="en">
                        <head>
                        <meta charset="utf-8">
                        <meta name="viewport" content="width=device-width, initial-scale=1">
                        <meta name="color-scheme" content="light dark">
                        <noscript><meta http-equiv="refresh" content="5"></noscript>
                        <title>{} · token-sidecar</title>
                        <link rel="icon" href="page.svg">
                        <link rel="stylesheet" href="page.css">
                        <script src="page.js" defer></script>
                        </head>
                        <body>
                        <header class="top">
                        <h1>token-sidecar</h1>
                        <p class="pod">{}</p>
                        <p id="live" class="live" role="status"></p>
                        </header>
                        <main>
                        <p class="verdict {}"><span aria-hidden="true">{}</span> {}</p>
                        {}{}
                        <p class="foot">token-sidecar {} · {} UTC · all counts are since the start of this process · \
                        no token and no hash is on this page</p>
                        </main>
                        </body>
                        </html>
                        """,
                        view.pod(),
                        view.pod(),
                        verdict.tone(),
                        verdict.sign(),
                        verdict.text(),
                        Html.all(view.tokens().stream().map(token -> TokenHtml.of(token, view.pod(), view.now()))),
                        routes(view.routes()),
                        view.version(),
                        Html.of(
                                "<time datetime=\"{}\">{}</time>",
                                view.now().truncatedTo(ChronoUnit.MILLIS),
                                HumanText.time(view.now(), view.now())))
                .markup();
    }

    private static Html routes(List<RouteView> routes) {
        return routes.isEmpty()
                ? Html.NOTHING
                : Html.of("""
                        <section class="routes" aria-label="forwarding routes">
                        <h2>Forwarding</h2>
                        <div class="scroll"><table>
                        <thead><tr><th scope="col">route</th><th scope="col" class="number">requests</th>\
                        <th scope="col" class="number">running</th><th scope="col" class="number">401 repeated</th>\
                        <th scope="col" class="number">rejected</th><th scope="col" class="number">failed</th></tr></thead>
                        <tbody>{}</tbody>
                        </table></div></section>
                        """, Html.all(routes.stream().map(PageHtml::row)));
    }

    private static Html row(RouteView route) {
        return Html.of(
                "<tr><th scope=\"row\">{}</th>{}{}{}{}{}</tr>",
                route.name(),
                cell(route.requests()),
                cell(route.running()),
                cell(route.repeated()),
                cell(route.rejected()),
                cell(route.failed()));
    }

    private static Html cell(long count) {
        return Html.of("<td class=\"number\">{}</td>", HumanText.count(count));
    }
}
