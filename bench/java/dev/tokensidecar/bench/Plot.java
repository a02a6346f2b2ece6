package dev.tokensidecar.bench;

import java.util.List;

/**
 * A picture with curves.
 *
 * @param name of the file, without its ending
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
     * @param style what gnuplot is to make of it, such as {@code linecolor 1}
     */
    record Curve(String name, String style, List<Point> points) {

        /** Copies the list. */
        Curve {
            points = List.copyOf(points);
        }
    }

    /** Where a line goes through. */
    record Point(double x, double y) {}
}
