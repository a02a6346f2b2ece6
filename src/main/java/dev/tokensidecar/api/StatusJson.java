package dev.tokensidecar.api;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import dev.tokensidecar.exchange.ExchangedTokens;
import dev.tokensidecar.ingress.Entrance;
import dev.tokensidecar.introspection.IntrospectionService;
import dev.tokensidecar.introspection.IssuerKeys;
import dev.tokensidecar.token.LastRefresh;
import dev.tokensidecar.token.LoginPrompt;
import dev.tokensidecar.token.StoreProblem;
import dev.tokensidecar.token.TokenServices;
import dev.tokensidecar.token.TokenStatus;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** The sidecar's state, without any token or part of one. Times are RFC 3339; unknown values are null. */
@Schema(name = "Status")
@JsonPropertyOrder({"tokens", "exchanges", "issuers", "forwards"})
record StatusJson(
        List<Token> tokens, List<ExchangeJson> exchanges, List<IssuerJson> issuers, List<ForwardJson> forwards) {

    @Schema(name = "TokenStatus")
    @JsonPropertyOrder({
        "name",
        "state",
        "freshness",
        "generation",
        "origin",
        "expires_at",
        "next_refresh_at",
        "last_refresh",
        "last_success_at",
        "failures_in_a_row",
        "last_error",
        "retry_at",
        "next_look_at",
        "waiters",
        "claimed_by",
        "refresh_token",
        "login",
        "server_verification"
    })
    record Token(
            String name,
            String state,
            String freshness,
            long generation,
            @Nullable String origin,
            @JsonProperty("expires_at") @Nullable String expiresAt,
            @JsonProperty("next_refresh_at") @Nullable String nextRefreshAt,
            @JsonProperty("last_refresh") @Nullable RefreshJson lastRefresh,
            @JsonProperty("last_success_at") @Nullable String lastSuccessAt,
            @JsonProperty("failures_in_a_row") int failuresInARow,
            @JsonProperty("last_error") @Nullable ErrorJson lastError,
            @JsonProperty("retry_at") @Nullable String retryAt,
            @JsonProperty("next_look_at") @Nullable String nextLookAt,
            int waiters,
            @JsonProperty("claimed_by") @Nullable String claimedBy,
            @JsonProperty("refresh_token") RefreshTokenJson refreshToken,
            @Nullable Login login,
            @JsonProperty("server_verification") String serverVerification) {}

    @Schema(name = "ExchangeStatus", description = "Counts only: nothing about any user.")
    @JsonPropertyOrder({"name", "cached", "running", "waiters", "server_verification"})
    record ExchangeJson(
            String name,
            long cached,
            int running,
            int waiters,
            @JsonProperty("server_verification") String serverVerification) {}

    @Schema(name = "IssuerStatus", description = "The keys with which the sidecar checks the JWTs of an issuer.")
    @JsonPropertyOrder({"name", "keys", "keys_age_seconds", "server_verification"})
    record IssuerJson(
            String name,
            int keys,

            @JsonProperty("keys_age_seconds") @Nullable Long keysAgeSeconds,

            @JsonProperty("server_verification") String serverVerification) {}

    @Schema(name = "ForwardStatus")
    @JsonPropertyOrder({"name", "server_verification"})
    record ForwardJson(
            String name,
            @JsonProperty("server_verification") String serverVerification) {}

    @Schema(name = "LastRefresh")
    @JsonPropertyOrder({"at", "reason", "outcome", "duration_ms"})
    record RefreshJson(
            String at,
            String reason,
            String outcome,
            @JsonProperty("duration_ms") long durationMs) {}

    @Schema(name = "LastError", description = "Why the last refresh failed, and what to do about it.")
    @JsonPropertyOrder({"error", "detail", "cure", "at"})
    record ErrorJson(String error, String detail, String cure, String at) {}

    @Schema(name = "RefreshTokenStatus")
    @JsonPropertyOrder({"present", "rotated_at", "persisted", "expires_at", "store_problem", "store_cure"})
    record RefreshTokenJson(
            boolean present,
            @JsonProperty("rotated_at") @Nullable String rotatedAt,
            boolean persisted,
            @JsonProperty("expires_at") @Nullable String expiresAt,
            @JsonProperty("store_problem") @Nullable String storeProblem,
            @JsonProperty("store_cure") @Nullable String storeCure) {}

    @Schema(name = "Login", description = "What a user has to do to log in (RFC 8628 section 3.2).")
    @JsonPropertyOrder({"verification_uri", "verification_uri_complete", "user_code", "expires_at"})
    record Login(
            @JsonProperty("verification_uri") String verificationUri,

            @JsonProperty("verification_uri_complete") @Nullable String verificationUriComplete,

            @JsonProperty("user_code") String userCode,
            @JsonProperty("expires_at") @Nullable String expiresAt) {}

    /** Returns the state as far as callers may see it at this entrance. */
    static StatusJson of(
            TokenServices services,
            ConfiguredExchanges exchanges,
            IntrospectionService introspection,
            ServerVerification verification,
            Entrance entrance) {
        return new StatusJson(
                services.byName().entrySet().stream()
                        .filter(service -> entrance.admits(service.getKey()))
                        .map(service -> token(
                                service.getKey(),
                                service.getValue().status(),
                                requireNonNull(verification.tokens().get(service.getKey()))))
                        .toList(),
                exchanges.byName().entrySet().stream()
                        .filter(exchange -> entrance.admits(exchange.getKey()))
                        .map(exchange -> exchange(
                                exchange.getKey(),
                                exchange.getValue().tokens(),
                                requireNonNull(verification.tokens().get(exchange.getKey()))))
                        .toList(),
                introspection.keys().entrySet().stream()
                        .map(issuer -> issuer(
                                issuer.getKey(),
                                issuer.getValue(),
                                requireNonNull(verification.issuers().get(issuer.getKey()))))
                        .toList(),
                verification.forwards().entrySet().stream()
                        .map(forward -> new ForwardJson(
                                forward.getKey(), forward.getValue().label()))
                        .toList());
    }

    private static IssuerJson issuer(String name, IssuerKeys keys, ServerVerification.Extent verified) {
        Duration age = keys.age();
        return new IssuerJson(name, keys.size(), age == null ? null : age.toSeconds(), verified.label());
    }

    private static ExchangeJson exchange(String name, ExchangedTokens tokens, ServerVerification.Extent verified) {
        return new ExchangeJson(name, tokens.cached(), tokens.running(), tokens.waiting(), verified.label());
    }

    private static Token token(String name, TokenStatus status, ServerVerification.Extent verified) {
        return new Token(
                name,
                status.state(),
                status.freshness().name().toLowerCase(Locale.ROOT),
                status.generation(),
                status.origin(),
                time(status.expiresAt()),
                time(status.nextRefreshAt()),
                refresh(status.lastRefresh()),
                time(status.lastSuccessAt()),
                status.failuresInARow(),
                error(status.lastError()),
                time(status.retryAt()),
                time(status.nextLookAt()),
                status.waiters(),
                status.claimedBy(),
                refreshToken(status.refreshToken(), status.storeProblem()),
                login(status.prompt()),
                verified.label());
    }

    private static @Nullable RefreshJson refresh(@Nullable LastRefresh last) {
        return last == null
                ? null
                : new RefreshJson(
                        last.at().truncatedTo(ChronoUnit.MILLIS).toString(),
                        last.reason().label(),
                        last.outcome(),
                        last.duration().toMillis());
    }

    private static @Nullable ErrorJson error(TokenStatus.@Nullable LastError error) {
        return error == null
                ? null
                : new ErrorJson(
                        error.error(),
                        error.detail(),
                        error.cure(),
                        error.at().truncatedTo(ChronoUnit.MILLIS).toString());
    }

    private static RefreshTokenJson refreshToken(
            TokenStatus.@Nullable RefreshTokenStatus status, @Nullable StoreProblem problem) {
        String storeProblem = problem == null ? null : problem.label();
        String storeCure = problem == null ? null : problem.cure();
        return status == null
                ? new RefreshTokenJson(false, null, false, null, storeProblem, storeCure)
                : new RefreshTokenJson(
                        true,
                        time(status.receivedAt()),
                        status.persisted(),
                        time(status.expiresAt()),
                        storeProblem,
                        storeCure);
    }

    private static @Nullable Login login(@Nullable LoginPrompt prompt) {
        return prompt == null
                ? null
                : new Login(
                        prompt.verificationUri(),
                        prompt.verificationUriComplete(),
                        prompt.userCode(),
                        time(prompt.expiresAt()));
    }

    private static @Nullable String time(@Nullable Instant instant) {
        return instant == null ? null : instant.truncatedTo(ChronoUnit.MILLIS).toString();
    }
}
