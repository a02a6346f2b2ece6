package dev.tokensidecar.fleet;

import dev.tokensidecar.fleet.Exchange.Reply;
import dev.tokensidecar.fleet.Fault.Loss;
import dev.tokensidecar.token.RefreshFailure;
import dev.tokensidecar.token.RefreshToken;
import dev.tokensidecar.token.Secret;
import dev.tokensidecar.token.TokenResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An authorization server that rotates refresh tokens strictly: whoever presents a spent one ends its session. There is no
 * grace period. A refresh token is {@code rt-SESSION-NUMBER}, an access token {@code at-NUMBER}.
 */
final class SimulatedAuthorizationServer {

    private final Fleet fleet;
    private final List<LoginSession> sessions = new ArrayList<>();
    private final List<Issue> issued = new ArrayList<>();

    private @Nullable Fault trouble;
    private long troubleUntil;
    private long nextHeld;
    private long nextDelayed;

    /** When an access token was issued, and in which session. */
    private record Issue(LoginSession session, long at) {}

    /** What began with a login. */
    private static final class LoginSession {
        private final List<Presentation> spent = new ArrayList<>();
        private boolean ended;
    }

    SimulatedAuthorizationServer(Fleet fleet) {
        this.fleet = fleet;
    }

    /** Returns the first refresh token of a new session. */
    RefreshToken logIn() {
        sessions.add(new LoginSession());
        return new RefreshToken(Secret.of("rt-" + (sessions.size() - 1) + "-0"), fleet.instant(), null);
    }

    /** Ends the newest session. */
    void logOut() {
        sessions.getLast().ended = true;
    }

    /** Whether the newest login is over, so that nobody can get a token with it. */
    boolean newestSessionEnded() {
        return sessions.getLast().ended;
    }

    /** Returns when an access token was issued. */
    long issuedAt(Secret accessToken) {
        return issued.get(number(accessToken)).at;
    }

    /** Whether an access token was issued before another one of the same session. */
    boolean isOlder(Secret accessToken, Secret than) {
        boolean sameSession = issued.get(number(accessToken)).session == issued.get(number(than)).session;
        return sameSession && number(accessToken) < number(than);
    }

    private static int number(Secret accessToken) {
        return Integer.parseInt(accessToken.reveal().substring("at-".length()));
    }

    void disturb(Fault fault) {
        if (fault.kind() == Fault.Kind.SLOW) {
            nextHeld = fault.loss() == Loss.SILENT ? 0 : fault.length().toNanos();
            nextDelayed = fault.loss() == Loss.SILENT ? fault.length().toNanos() : 0;
        } else {
            trouble = fault;
            troubleUntil = fleet.now() + fault.length().toNanos();
        }
    }

    /** Returns how long the next request waits until it is processed, in nanoseconds. */
    long holdsNextRequest() {
        long held = nextHeld;
        nextHeld = 0;
        return held;
    }

    Reply<TokenResponse> serve(Presentation presentation) {
        long delay = nextDelayed;
        nextDelayed = 0;
        Fault disturbed = fleet.now() < troubleUntil ? trouble : null;
        if (disturbed == null) {
            return process(presentation, delay);
        }
        if (disturbed.loss() == Loss.SILENT && disturbed.kind() != Fault.Kind.THROTTLED) {
            var unused = process(presentation, delay);
            presentation.lost();
        }
        return new Reply<>(null, failure(disturbed), delay);
    }

    private static RefreshFailure failure(Fault fault) {
        return switch (fault.kind()) {
            case THROTTLED ->
                new RefreshFailure.Unavailable("http_429", "too many requests", false, true, Duration.ofSeconds(10));
            case GARBAGE -> new RefreshFailure.InvalidResponse("not a token response");
            default -> RefreshFailure.Unavailable.maybeProcessed("http_503", "not available");
        };
    }

    private Reply<TokenResponse> process(Presentation presentation, long delay) {
        String[] parts = presentation.token().value().reveal().split("-", -1);
        int id = Integer.parseInt(parts[1]);
        int number = Integer.parseInt(parts[2]);
        LoginSession session = sessions.get(id);
        if (number < session.spent.size() && !session.ended) {
            fleet.invariants().presentedAgain(session.spent.get(number), presentation);
            fleet.trace().add("server", () -> "ends session " + id + ": spent " + number);
            fleet.count(Count.SESSIONS_LOST_IN_THE_WINDOW);
            session.ended = true;
        }
        if (session.ended) {
            fleet.invariants().rejected(presentation);
            return new Reply<>(null, new RefreshFailure.InvalidGrant("invalid_grant", "not active"), delay);
        }
        issued.add(new Issue(session, fleet.now()));
        Secret accessToken = Secret.of("at-" + (issued.size() - 1));
        fleet.trace().add("server", () -> "issues " + accessToken.reveal());
        Secret next = fleet.schedule().rotating() ? rotate(session, id, presentation) : null;
        return new Reply<>(
                new TokenResponse(accessToken, "Bearer", null, fleet.schedule().lifetime(), next, null), null, delay);
    }

    private static Secret rotate(LoginSession session, int id, Presentation presentation) {
        session.spent.add(presentation);
        return Secret.of("rt-" + id + "-" + session.spent.size());
    }

    /** The refresh token is in the record. */
    void saved(RefreshToken token) {
        String[] parts = token.value().reveal().split("-", -1);
        int number = Integer.parseInt(parts[2]);
        if (number > 0) {
            sessions.get(Integer.parseInt(parts[1])).spent.get(number - 1).saved(fleet.now());
        }
    }
}
