package dev.tokensidecar.telemetry;

import dev.tokensidecar.token.AccessToken;
import dev.tokensidecar.token.AccessTokenPublisher;
import dev.tokensidecar.token.Claim;
import dev.tokensidecar.token.Cure;
import dev.tokensidecar.token.LastRefresh;
import dev.tokensidecar.token.LogValue;
import dev.tokensidecar.token.LoginPrompt;
import dev.tokensidecar.token.RefreshFailure;
import dev.tokensidecar.token.RefreshObserver;
import dev.tokensidecar.token.RefreshReason;
import dev.tokensidecar.token.StoreFailure;
import dev.tokensidecar.token.StoreProblem;
import dev.tokensidecar.token.TokenListener;
import java.time.Duration;
import java.time.Instant;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Logs problems, each with its cure, and recoveries. Logs routine events at debug level. A repeated failure appears
 * once per interval.
 */
public final class RefreshLog implements TokenListener, RefreshObserver, AccessTokenPublisher.Listener {

    private static final Logger LOG = Logger.getLogger("dev.tokensidecar.refresh");
    private static final Duration INTERVAL = Duration.ofMinutes(1);

    private final String token;
    private @Nullable String lastError;
    private @Nullable Instant lastWarning;
    private boolean warnedNotPersisted;

    /** @param token the configured name of the token */
    public RefreshLog(String token) {
        this.token = token;
    }

    @Override
    public synchronized void succeeded(LastRefresh refresh, AccessToken accessToken, boolean refreshTokenPersisted) {
        LOG.logf(
                levelOf(accessToken),
                "token obtained token=%s generation=%d reason=%s took_ms=%d",
                LogValue.of(token),
                accessToken.generation(),
                LogValue.of(refresh.reason().label()),
                refresh.duration().toMillis());
        if (!refreshTokenPersisted && !warnedNotPersisted) {
            warnedNotPersisted = true;
            LOG.warnf(
                    "rotated refresh token is in memory only, a restart will present an outdated one"
                            + " token=%s cure=%s",
                    LogValue.of(token), LogValue.of(Cure.STORE_FILE.text()));
        }
    }

    /** A first token and one after a failure are news, another one is routine. Resets the failure. */
    private Logger.Level levelOf(AccessToken obtained) {
        boolean changed = lastError != null || obtained.generation() == 1;
        lastError = null;
        return changed ? Logger.Level.INFO : Logger.Level.DEBUG;
    }

    @Override
    public void adopted(LastRefresh refresh, AccessToken accessToken) {
        adopted(refresh.reason(), accessToken);
    }

    @Override
    public void adopted(AccessToken accessToken) {
        adopted(RefreshReason.AHEAD_OF_EXPIRY, accessToken);
    }

    private synchronized void adopted(RefreshReason reason, AccessToken accessToken) {
        LOG.logf(
                levelOf(accessToken),
                "token of another process adopted token=%s generation=%d reason=%s",
                LogValue.of(token),
                accessToken.generation(),
                LogValue.of(reason.label()));
    }

    @Override
    public void claimed(boolean won) {
        if (!won) {
            LOG.debugf("another process has claimed the refresh first token=%s", LogValue.of(token));
        }
    }

    @Override
    public void takingOver(Claim claim) {
        LOG.warnf(
                "another process claimed a refresh and does not respond, its response may be lost, taking over"
                        + " token=%s holder=%s claimed_at=%s cure=%s",
                LogValue.of(token),
                LogValue.of(claim.holder().name()),
                LogValue.of(claim.at()),
                LogValue.of(Cure.CLAIM.text()));
    }

    @Override
    public synchronized void failed(
            LastRefresh refresh, RefreshFailure failure, Duration pause, boolean tokenStillUsable) {
        Instant now = refresh.endedAt();
        String error = failure instanceof RefreshFailure.AuthorizationPending pending
                ? pending.prompt().userCode()
                : failure.error();
        if (error.equals(lastError) && isRecent(lastWarning, now)) {
            return;
        }
        lastError = error;
        lastWarning = now;
        if (failure instanceof RefreshFailure.AuthorizationPending pending) {
            requestLogin(pending.prompt());
            return;
        }
        LOG.logf(
                failure instanceof RefreshFailure.InvalidGrant ? Logger.Level.ERROR : Logger.Level.WARN,
                "refresh failed token=%s reason=%s error=%s retry_in_ms=%d token_still_usable=%s cure=%s detail=%s",
                LogValue.of(token),
                LogValue.of(refresh.reason().label()),
                LogValue.of(failure.error()),
                pause.toMillis(),
                LogValue.of(tokenStillUsable),
                LogValue.of(failure.cure()),
                LogValue.of(failure.detail()));
    }

    private void requestLogin(LoginPrompt prompt) {
        String complete = prompt.verificationUriComplete();
        LOG.warnf(
                "login required token=%s open=%s code=%s or_open=%s valid_until=%s",
                LogValue.of(token),
                LogValue.of(prompt.verificationUri()),
                LogValue.of(prompt.userCode()),
                LogValue.of(complete == null ? "-" : complete),
                LogValue.of(prompt.expiresAt()));
    }

    /** A warning from the future is not recent: somebody set the clock back, so its age is unknown. */
    private static boolean isRecent(@Nullable Instant warning, Instant now) {
        return warning != null && !now.isBefore(warning) && now.isBefore(warning.plus(INTERVAL));
    }

    @Override
    public void attemptInDoubt(Instant since) {
        LOG.warnf(
                "the previous process ended during a refresh and its response may be lost, retrying"
                        + " token=%s attempted_at=%s",
                LogValue.of(token), LogValue.of(since));
    }

    @Override
    public void presentingNextRefreshToken() {
        LOG.warnf(
                "the authorization server rejected a refresh token, presenting the next one token=%s",
                LogValue.of(token));
    }

    @Override
    public void superseded() {
        LOG.warnf(
                "another process has saved a newer refresh token, the one received here is dropped token=%s",
                LogValue.of(token));
    }

    @Override
    public void storeFailed(StoreFailure failure) {
        LOG.logf(
                failure.problem().passes() ? Logger.Level.WARN : Logger.Level.ERROR,
                "refresh token store failed token=%s problem=%s cure=%s detail=%s",
                LogValue.of(token),
                LogValue.of(failure.problem().label()),
                LogValue.of(failure.problem().cure()),
                LogValue.of(failure.getMessage()));
    }

    @Override
    public void storeRecovered(StoreProblem from) {
        LOG.infof(
                "refresh token store recovered token=%s problem_was=%s", LogValue.of(token), LogValue.of(from.label()));
    }

    @Override
    public void savedLate() {
        LOG.infof("refresh token saved token=%s", LogValue.of(token));
    }

    @Override
    public void publishingFailed(StoreFailure failure) {
        LOG.errorf(
                "token file write failed token=%s problem=%s cure=%s detail=%s",
                LogValue.of(token),
                LogValue.of(failure.problem().label()),
                LogValue.of(fileCure(failure.problem()).text()),
                LogValue.of(failure.getMessage()));
    }

    private static Cure fileCure(StoreProblem problem) {
        return switch (problem) {
            case FULL -> Cure.TOKEN_FILE_SPACE;
            case READ_ONLY -> Cure.TOKEN_FILE_MOUNT;
            case MISSING -> Cure.TOKEN_FILE_FIELD;
            default -> Cure.TOKEN_FILE_ACCESS;
        };
    }

    @Override
    public void publishingRecovered(StoreProblem from) {
        LOG.infof("token file recovered token=%s problem_was=%s", LogValue.of(token), LogValue.of(from.label()));
    }
}
