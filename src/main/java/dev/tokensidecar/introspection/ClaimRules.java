package dev.tokensidecar.introspection;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** Checks the claims of a token whose origin is verified (RFC 7519 section 4.1, RFC 9068 section 4). */
final class ClaimRules {

    /** The claims of ID tokens (OpenID Connect Core 1.0 section 3.3.2.11) and of security events (RFC 8417 section 2.2). */
    private static final List<String> FOREIGN = List.of("at_hash", "c_hash", "s_hash", "events");

    /** Where servers say which token it is: Keycloak, Amazon Cognito, servers with opaque refresh tokens. */
    private static final List<String> KINDS = List.of("typ", "token_use", "token_type");

    private static final Set<String> OTHER_KINDS =
            Set.of("id", "id_token", "refresh", "refresh_token", "offline", "logout");

    private ClaimRules() {}

    /**
     * Returns what is wrong with a token; null if nothing is.
     *
     * @param endless whether a token may lack {@code exp}, because its server was asked
     */
    static @Nullable InactiveReason problem(TrustedIssuer issuer, ObjectNode claims, Instant now, boolean endless) {
        InactiveReason inTime = problemOfTime(claims, now, issuer.leeway(), endless);
        if (inTime != null) {
            return inTime;
        }
        if (isOtherKind(claims)) {
            return InactiveReason.NOT_ACCESS_TOKEN;
        }
        if (!issuer.audiences().isEmpty() && texts(claims.path("aud")).noneMatch(issuer.audiences()::contains)) {
            return InactiveReason.AUDIENCE;
        }
        if (!scope(claims).containsAll(issuer.requiredScope())) {
            return InactiveReason.SCOPE;
        }
        return issuer.requiredClaims().entrySet().stream()
                        .allMatch(claim -> has(claim(claims, claim.getKey()), claim.getValue()))
                ? null
                : InactiveReason.CLAIM;
    }

    private static @Nullable InactiveReason problemOfTime(
            ObjectNode claims, Instant now, Duration leeway, boolean endless) {
        JsonNode expiry = claims.path("exp");
        JsonNode notBefore = claims.path("nbf");
        if (isNotDate(expiry) || isNotDate(notBefore)) {
            return InactiveReason.MALFORMED;
        }
        if (expiry.isMissingNode() && !endless) {
            return InactiveReason.NO_EXPIRY;
        }
        if (!expiry.isMissingNode() && expiry.decimalValue().compareTo(seconds(now.minus(leeway))) <= 0) {
            return InactiveReason.EXPIRED;
        }
        boolean tooEarly =
                !notBefore.isMissingNode() && notBefore.decimalValue().compareTo(seconds(now.plus(leeway))) > 0;
        return tooEarly ? InactiveReason.NOT_YET_VALID : null;
    }

    private static boolean isNotDate(JsonNode claim) {
        return !claim.isMissingNode() && !claim.isNumber();
    }

    private static BigDecimal seconds(Instant time) {
        return BigDecimal.valueOf(time.toEpochMilli(), 3);
    }

    private static boolean isOtherKind(ObjectNode claims) {
        return FOREIGN.stream().anyMatch(claims::has)
                || KINDS.stream()
                        .map(name -> claims.path(name).asText().toLowerCase(Locale.ROOT))
                        .anyMatch(OTHER_KINDS::contains);
    }

    /** Returns the scope: {@code scope} (RFC 9068 section 2.2.3), or {@code scp}, as Entra ID and Okta call it. */
    static Set<String> scope(ObjectNode claims) {
        Set<String> scope = new HashSet<>();
        Stream.of("scope", "scp")
                .flatMap(name -> texts(claims.path(name)))
                .flatMap(text -> Stream.of(text.split(" ")))
                .filter(value -> !value.isEmpty())
                .forEach(scope::add);
        return scope;
    }

    private static Stream<String> texts(JsonNode claim) {
        return claim.isArray()
                ? StreamSupport.stream(claim.spliterator(), false)
                        .filter(JsonNode::isTextual)
                        .map(JsonNode::textValue)
                : Stream.ofNullable(claim.textValue());
    }

    private static JsonNode claim(ObjectNode claims, String name) {
        return name.startsWith("/") ? claims.at(JsonPointer.compile(name)) : claims.path(name);
    }

    private static boolean has(JsonNode claim, String value) {
        return claim.isArray()
                ? StreamSupport.stream(claim.spliterator(), false).anyMatch(element -> is(element, value))
                : is(claim, value);
    }

    private static boolean is(JsonNode claim, String value) {
        return claim.isValueNode() && !claim.isNull() && claim.asText().equals(value);
    }
}
