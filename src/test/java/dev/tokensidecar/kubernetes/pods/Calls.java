package dev.tokensidecar.kubernetes.pods;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** What the applications of one namespace got when they asked for a token, one after the other in each container. */
final class Calls {

    /** An application without a successful call for longer than this had an outage, even if no call failed. */
    static final Duration GAP = Duration.ofSeconds(10);

    /**
     * A call.
     *
     * @param at when it ended
     * @param succeeded whether it got a token
     */
    record Call(Instant at, boolean succeeded) {}

    /** The calls of one container, the oldest first. */
    private record Caller(String pod, List<Call> calls) {}

    private final List<Caller> callers;

    /** Reads the logs of the containers, in the format of the CRI: time, stream, a flag, and the line. */
    Calls(List<ContainerLogs.Content> logs) {
        callers = logs.stream()
                .map(log -> new Caller(log.pod(), calls(log.text())))
                .toList();
    }

    private static List<Call> calls(String log) {
        List<Call> calls = new ArrayList<>();
        for (String line : log.split("\n", -1)) {
            String[] fields = line.split(" ", 4);
            if (fields.length == 4 && fields[1].equals("stdout")) {
                calls.add(new Call(Instant.parse(fields[0]), fields[3].contains("token ")));
            }
        }
        return calls;
    }

    long succeeded() {
        return callers.stream()
                .flatMap(caller -> caller.calls().stream())
                .filter(Call::succeeded)
                .count();
    }

    long failed() {
        return callers.stream().mapToLong(caller -> caller.calls().size()).sum() - succeeded();
    }

    /** Whether an application in this pod got a token after this moment. */
    boolean succeededSince(String pod, Instant moment) {
        return callers.stream()
                .filter(caller -> caller.pod().equals(pod))
                .flatMap(caller -> caller.calls().stream())
                .anyMatch(call -> call.succeeded() && call.at().isAfter(moment));
    }

    /** Returns the longest time between two successful calls of the same container. */
    Duration longestGap() {
        return callers.stream()
                .flatMap(
                        caller -> gaps(caller.calls().stream()
                                        .filter(Call::succeeded)
                                        .map(Call::at)
                                        .toList())
                                .stream())
                .max(Comparator.naturalOrder())
                .orElse(Duration.ZERO);
    }

    /** Returns how often an application was without a successful call for too long. */
    long gaps() {
        return callers.stream()
                .flatMap(
                        caller -> gaps(caller.calls().stream()
                                        .filter(Call::succeeded)
                                        .map(Call::at)
                                        .toList())
                                .stream())
                .filter(gap -> gap.compareTo(GAP) > 0)
                .count();
    }

    private static List<Duration> gaps(List<Instant> times) {
        List<Duration> gaps = new ArrayList<>();
        for (int next = 1; next < times.size(); next++) {
            gaps.add(Duration.between(times.get(next - 1), times.get(next)));
        }
        return gaps;
    }
}
