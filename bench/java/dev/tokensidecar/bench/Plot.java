package dev.tokensidecar.bench;

import java.util.List;

/**
 * A diagram with curves.
 *
 * @param name the file name without extension
 * @param settings further commands for gnuplot, such as {@code set logscale y}
 */
record Plot(String name, String title, String x, String y, List<String> settings, List<Curve> curves) {

    /** Copies the lists. */
    Plot {
        settings = List.copyOf(settings);
        curves = List.copyOf(curves);
    }

    /**
     * A line through points.
     *
     * @param style a line style of gnuplot, such as {@code linecolor 1}
     */
    record Curve(String name, String style, List<Point> points) {

        /** Copies the list. */
        Curve {
            points = List.copyOf(points);
        }
    }

    /** A point of a curve. */
    record Point(double x, double y) {}
}
