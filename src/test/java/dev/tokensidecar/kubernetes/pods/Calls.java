package dev.tokensidecar.kubernetes.pods;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What the applications of one namespace got when they asked for a token, one after the other in each container. */
final class Calls {

    /** An application without a successful call for longer than this had an outage, even if no call failed. */
    static final Duration GAP = Duration.ofSeconds(10);

    /**
     * A call.
     *
     * @param at when it ended
     * @param problem what the client said if it got no token; empty if it got one
     */
    record Call(String pod, Instant at, String problem) {

        boolean succeeded() {
            return problem.isEmpty();
        }
    }

    /** One container, and its calls, the oldest first. */
    private record Caller(List<Call> calls) {}

    private final List<Caller> callers;

    /** Reads the logs of the containers, in the format of the CRI: time, stream, a flag, and the line. */
    Calls(List<ContainerLogs.Content> logs) {
        callers = logs.stream()
                .filter(log -> !log.container().equals("token-sidecar"))
                .map(log -> new Caller(calls(log.pod(), log.text())))
                .toList();
    }

    private static List<Call> calls(String pod, String log) {
        List<Call> calls = new ArrayList<>();
        String problem = "no problem";
        for (String line : log.split("\n", -1)) {
            String[] fields = line.split(" ", 4);
            if (fields.length == 4 && fields[1].equals("stdout")) {
                boolean succeeded = fields[3].contains("token ");
                calls.add(new Call(pod, Instant.parse(fields[0]), succeeded ? "" : problem));
            } else if (fields.length == 4) {
                problem = fields[3];
            }
        }
        return calls;
    }

    long succeeded() {
        return all().filter(Call::succeeded).count();
    }

    /** Returns the calls that got no token. */
    List<Call> failed() {
        return all().filter(call -> !call.succeeded()).toList();
    }

    private Stream<Call> all() {
        return callers.stream().flatMap(caller -> caller.calls().stream());
    }

    /** Whether an application in this pod got a token after this moment. */
    boolean succeededSince(String pod, Instant moment) {
        return all().anyMatch(call ->
                call.pod().equals(pod) && call.succeeded() && call.at().isAfter(moment));
    }

    /** Returns the longest time between two successful calls of the same container. */
    Duration longestGap() {
        return gaps().max(Comparator.naturalOrder()).orElse(Duration.ZERO);
    }

    /** Returns how often an application was without a successful call for too long. */
    long longGaps() {
        return gaps().filter(gap -> gap.compareTo(GAP) > 0).count();
    }

    private Stream<Duration> gaps() {
        return callers.stream().flatMap(caller -> {
            List<Instant> times = caller.calls().stream()
                    .filter(Call::succeeded)
                    .map(Call::at)
                    .toList();
            return IntStream.range(1, times.size())
                    .mapToObj(next -> Duration.between(times.get(next - 1), times.get(next)));
        });
    }
}
