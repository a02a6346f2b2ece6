package dev.tokensidecar.bench;

import dev.tokensidecar.fleet.SimulatedScale;
import java.util.List;

/** Simulates fleets of several sizes, to count the calls that they make. Nothing is measured: time is virtual. */
final class SimulatedFleets implements Scenario {

    @Override
    public String name() {
        return "Simulated fleets";
    }

    @Override
    public Section measure(Workbench workbench) {
        FleetPlan plan = FleetPlan.of(workbench);
        List<SimulatedScale> runs = plan.members().stream()
                .map(members -> SimulatedScale.run(members, plan.simulated()))
                .toList();
        boolean moreRequests = runs.stream().anyMatch(run -> run.start().tokenRequests() != 1);
        return Section.of(
                        name(),
                        "%d minutes of virtual time without faults, access tokens with a lifetime of 300 s. All pods start at the same moment without an access token; the first minute counts as the start."
                                .formatted(plan.simulated().toMinutes()))
                .with(refreshes(runs))
                .with(starts(runs))
                .failIf(moreRequests, "the start of a fleet took more than one token request");
    }

    private static Table refreshes(List<SimulatedScale> runs) {
        Table table = Table.of("pods", "refreshes", "reads per refresh", "writes per refresh", "events per refresh");
        for (SimulatedScale run : runs) {
            table = table.row(
                    Numbers.count(run.members()),
                    Numbers.count(run.refreshes()),
                    perRefresh(run.reads(), run),
                    perRefresh(run.writes(), run),
                    perRefresh(run.events(), run));
        }
        return table;
    }

    private static String perRefresh(int number, SimulatedScale run) {
        return Numbers.oneDecimal((double) number / run.refreshes());
    }

    private static Table starts(List<SimulatedScale> runs) {
        Table table = Table.of(
                "pods",
                "token requests",
                "reads",
                "writes",
                "of them conflicts",
                "calls in the busiest second",
                "last pod has a token after, s");
        for (SimulatedScale run : runs) {
            SimulatedScale.Start start = run.start();
            table = table.row(
                    Numbers.count(run.members()),
                    Numbers.count(start.tokenRequests()),
                    Numbers.count(start.reads()),
                    Numbers.count(start.writes()),
                    Numbers.count(start.conflicts()),
                    Numbers.count(start.mostInASecond()),
                    Numbers.oneDecimal(start.done().toMillis() / 1000.0));
        }
        return table;
    }
}
