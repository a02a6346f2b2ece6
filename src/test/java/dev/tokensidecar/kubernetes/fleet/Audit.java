package dev.tokensidecar.kubernetes.fleet;

import dev.tokensidecar.demo.RecordedRequest;
import dev.tokensidecar.kubernetes.session.Polls;
import dev.tokensidecar.kubernetes.session.RecordHistory;
import dev.tokensidecar.kubernetes.session.RecordHistory.Claim;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What a run has shown: the requests of the fleet, the versions of the Secret and the tokens of the applications, compared. */
final class Audit {

    /** By when a pod has a token again after a fault, and how long a healthy claim may last. */
    static final Duration ALLOWANCE = Duration.ofSeconds(2);

    /** The same for a pod whose call to an API server that was just starting got no response: a timeout, and one more call. */
    static final Duration LATEST = Duration.ofSeconds(5);

    private final Fleet fleet;
    private final Instant started;
    private final List<Episode> episodes;
    private final RecordHistory record;
    private final List<RecordedRequest> requests;

    /** @param started when every pod had its first token */
    Audit(Fleet fleet, Instant started, List<Episode> episodes) {
        this.fleet = fleet;
        this.started = started;
        this.episodes = episodes;
        this.record = new RecordHistory(fleet.history().versions());
        this.requests = fleet.server().requests();
    }

    int requests() {
        return requests.size();
    }

    long granted() {
        return requests.stream().filter(Audit::isGranted).count();
    }

    int generations() {
        return record.generations();
    }

    /** Returns how many requests were sent without a claim of their own. */
    long unclaimed() {
        return presented().entrySet().stream()
                .mapToLong(entry -> Math.max(0, entry.getValue().size() - record.claims(entry.getKey())))
                .sum();
    }

    /** Returns how many requests presented a refresh token again because nobody had received the first response. */
    long inDoubt() {
        return repeated(request -> request.status() == null || isGranted(request));
    }

    /** Returns how many requests presented a refresh token again that had been rejected. */
    long repeatedRejected() {
        return repeated(request -> Integer.valueOf(400).equals(request.status()));
    }

    private long repeated(Predicate<RecordedRequest> earlier) {
        return presented().values().stream()
                .mapToLong(same -> same.subList(0, same.size() - 1).stream()
                        .filter(earlier)
                        .count())
                .sum();
    }

    private Map<String, List<RecordedRequest>> presented() {
        Map<String, List<RecordedRequest>> byToken = new HashMap<>();
        for (RecordedRequest request : requests) {
            byToken.computeIfAbsent(request.form().getOrDefault("refresh_token", ""), first -> new ArrayList<>())
                    .add(request);
        }
        return byToken;
    }

    private static boolean isGranted(RecordedRequest request) {
        return Integer.valueOf(200).equals(request.status());
    }

    /** Returns how many requests got tokens per lifetime of a token in this period. */
    double grantedPerLifetime(Instant from, Instant to) {
        long granted = requests.stream()
                .filter(Audit::isGranted)
                .filter(request ->
                        request.arrivedAt().isAfter(from) && request.arrivedAt().isBefore(to))
                .count();
        return (double) granted
                * Fleet.ACCESS_TOKEN_LIFETIME.toMillis()
                / Duration.between(from, to).toMillis();
    }

    /** Returns how many requests got tokens less than half a lifetime after the one before, in the same session. */
    long early() {
        Duration half = Fleet.ACCESS_TOKEN_LIFETIME.dividedBy(2);
        List<Instant> granted = requests.stream()
                .filter(Audit::isGranted)
                .map(RecordedRequest::arrivedAt)
                .sorted()
                .toList();
        return IntStream.range(1, granted.size())
                .filter(next -> Duration.between(granted.get(next - 1), granted.get(next))
                                .compareTo(half)
                        < 0)
                .filter(next -> fleet.lostSessions().stream()
                        .noneMatch(lost -> lost.begin().isAfter(granted.get(next - 1))
                                && lost.begin().isBefore(granted.get(next))))
                .count();
    }

    /** Returns the tokens that were served after their expiry. */
    List<String> expired() {
        Map<String, Instant> expiries = fleet.server().accessTokens();
        List<String> expired = new ArrayList<>();
        fleet.polls().lastServed().forEach((token, served) -> {
            Instant expiry = expiries.get(token);
            if (expiry == null || !served.isBefore(expiry)) {
                expired.add("served at " + served + ", expired at " + expiry);
            }
        });
        return expired;
    }

    /** Returns the claims that outlived a request, because their holders had a problem. */
    List<Claim> stuckClaims() {
        Instant now = Instant.now();
        return record.claims().stream()
                .filter(claim -> claim.isStuck(ALLOWANCE, now))
                .toList();
    }

    /**
     * Returns the outages that no disruption explains, or that lasted too much longer. Those of one pod with the same response,
     * one after the other, count once.
     */
    List<Polls.Outage> unexplained() {
        List<Episode> causes = Stream.of(
                        episodes.stream(),
                        stuckClaims().stream().map(Audit::episode),
                        fleet.lostSessions().stream().map(lost -> all("lost session", lost.begin(), lost.replaced())))
                .flatMap(all -> all)
                .toList();
        Map<String, Polls.Outage> latest = new HashMap<>();
        List<Polls.Outage> merged = new ArrayList<>();
        fleet.polls().outages().stream()
                .filter(outage -> outage.sent().isAfter(started))
                .filter(outage -> causes.stream().noneMatch(cause -> cause.explains(outage, LATEST)))
                .forEach(outage -> {
                    Polls.Outage before = latest.get(outage.pod());
                    if (before != null && before.continuesWith(outage)) {
                        merged.remove(before);
                    }
                    Polls.Outage whole = before != null && before.continuesWith(outage)
                            ? new Polls.Outage(outage.pod(), before.sent(), outage.ended(), outage.response())
                            : outage;
                    latest.put(outage.pod(), whole);
                    merged.add(whole);
                });
        return merged;
    }

    private static Episode episode(Claim claim) {
        return all("stuck claim", claim.begin(), claim.end() == null ? Instant.now() : claim.end());
    }

    private static Episode all(String what, Instant begin, Instant end) {
        return new Episode(what, Set.of(), begin, end, end);
    }

    /**
     * Returns how long it took after each disruption until every pod had a token: counted from the moment at which its cause
     * was gone, a claim that it left behind could be taken over, or somebody had logged in again.
     */
    Map<String, List<Duration>> recoveries() {
        Map<String, List<Duration>> recoveries = new HashMap<>();
        for (Episode episode : episodes) {
            Instant healed = Stream.of(
                            Stream.of(episode.healed()),
                            stuckClaims().stream().map(Claim::end).filter(Objects::nonNull),
                            fleet.lostSessions().stream().map(Fleet.LostSession::replaced))
                    .flatMap(all -> all)
                    .filter(moment -> moment.isAfter(episode.begin()) && !moment.isAfter(episode.recovered()))
                    .max(Instant::compareTo)
                    .orElse(episode.healed());
            recoveries
                    .computeIfAbsent(episode.what(), first -> new ArrayList<>())
                    .add(Duration.between(healed, episode.recovered()));
        }
        return recoveries;
    }
}
