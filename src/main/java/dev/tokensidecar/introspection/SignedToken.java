package dev.tokensidecar.introspection;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tokensidecar.token.Secret;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jwa.AlgorithmConstraints.ConstraintType;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.lang.JoseException;
import org.jspecify.annotations.Nullable;

/**
 * A JWT in its compact form (RFC 7515 section 7.1, RFC 7519), whose signature nobody has verified. jose4j does the
 * cryptography. For one thread.
 */
final class SignedToken {

    /** What any access token consists of: {@code b64token} (RFC 6750 section 2.1). */
    private static final Pattern TOKEN = Pattern.compile("[\\w.~+/-]+=*");

    /** A brace and a quotation mark, with which nearly all headers begin. */
    private static final String BEGIN_OF_JWT = "eyJ";

    /** jose4j skips characters that are not of the alphabet. A token has one spelling only. */
    private static final Pattern COMPACT = Pattern.compile("[\\w-]+\\.[\\w-]*\\.[\\w-]*");

    /** The key in the header, and the places where one is: whoever makes a token could choose them (RFC 8725 section 3.10). */
    private static final List<String> FORBIDDEN = List.of("jwk", "jku", "x5u", "crit");

    /** The types of access tokens: RFC 9068 section 2.1, and those that do not say what they are. */
    private static final Set<String> ACCESS_TOKEN_TYPES = Set.of("jwt", "at+jwt");

    private static final String MEDIA_TYPE = "application/";

    private final JsonWebSignature signature;
    private final @Nullable ObjectNode claims;

    private SignedToken(JsonWebSignature signature, @Nullable ObjectNode claims) {
        this.signature = signature;
        this.claims = claims;
    }

    /** Whether the token has the form of a JWT. An opaque token may have it, too. */
    static boolean isCompact(Secret token) {
        return COMPACT.matcher(token.reveal()).matches();
    }

    /** Returns null if the token is not a JWT: three parts, the first of which is a JSON object with an algorithm. */
    static @Nullable SignedToken parse(Secret token) {
        if (!isCompact(token)) {
            return null;
        }
        try {
            String[] parts = token.reveal().split("\\.", -1);
            if (!Stream.of(parts).allMatch(SignedToken::isCanonical) || !isObject(parts[0])) {
                return null; // jose4j accepts any depth
            }
            JsonWebSignature signature = new JsonWebSignature();
            signature.setCompactSerialization(token.reveal());
            return signature.getAlgorithmHeaderValue() == null
                    ? null
                    : new SignedToken(signature, ForeignJson.object(signature.getUnverifiedPayloadBytes()));
        } catch (JoseException | RuntimeException notSigned) {
            return null; // the message quotes the token
        }
    }

    /**
     * Whether a server of opaque tokens may see the token: it must not see the JWT of somebody else, however that is spelt.
     * What could be a JWT and is none that can be read is shown to nobody.
     */
    static boolean mayBeOpaque(Secret token) {
        String text = token.reveal();
        if (!TOKEN.matcher(text).matches()) {
            return false;
        }
        String[] parts = text.split("\\.", 3);
        return parts.length < 3 || !(text.startsWith(BEGIN_OF_JWT) || isObject(parts[0]));
    }

    /** The last character of a part may have bits that decoders ignore, so that one token would have many spellings. */
    private static boolean isCanonical(String part) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(Base64.getUrlDecoder().decode(part))
                .equals(part);
    }

    private static boolean isObject(String part) {
        try {
            return ForeignJson.object(Base64.getUrlDecoder().decode(part)) != null;
        } catch (IllegalArgumentException notBase64) {
            return false;
        }
    }

    /** Returns the claims, which anybody may have written as long as the signature is not verified; null if they are not JSON. */
    @Nullable ObjectNode claims() {
        return claims;
    }

    /** Returns the issuer that the token names; null for none. */
    @Nullable String issuer() {
        return claims == null ? null : claims.path("iss").textValue();
    }

    @Nullable String keyId() {
        return signature.getHeaders().getObjectHeaderValue("kid") instanceof String keyId ? keyId : null;
    }

    String algorithm() {
        return String.valueOf(signature.getAlgorithmHeaderValue());
    }

    /** Returns what forbids to look for a key; null if nothing does. */
    @Nullable InactiveReason problem(TrustedIssuer issuer) {
        if (!issuer.algorithms().contains(algorithm())) {
            return InactiveReason.ALGORITHM;
        }
        if (FORBIDDEN.stream().anyMatch(name -> signature.getHeaders().getObjectHeaderValue(name) != null)) {
            return InactiveReason.HEADER;
        }
        Object keyId = signature.getHeaders().getObjectHeaderValue("kid");
        if (keyId != null && !(keyId instanceof String)) {
            return InactiveReason.HEADER;
        }
        return isRightType(issuer.tokenType()) ? null : InactiveReason.TYPE;
    }

    /** A media type may lack its beginning (RFC 7515 section 4.1.9), and its case does not matter. */
    private boolean isRightType(@Nullable String required) {
        Object header = signature.getHeaders().getObjectHeaderValue("typ");
        if (header == null) {
            return required == null;
        }
        if (!(header instanceof String name)) {
            return false;
        }
        String type = shortened(name);
        return required == null ? ACCESS_TOKEN_TYPES.contains(type) : type.equals(shortened(required));
    }

    private static String shortened(String mediaType) {
        String type = mediaType.toLowerCase(Locale.ROOT);
        return type.startsWith(MEDIA_TYPE) ? type.substring(MEDIA_TYPE.length()) : type;
    }

    /** Whether one of the keys has made the signature. */
    boolean isSignedBy(List<JsonWebKey> keys, Set<String> algorithms) {
        return keys.stream().anyMatch(key -> isSignedBy(key, algorithms));
    }

    private boolean isSignedBy(JsonWebKey key, Set<String> algorithms) {
        try {
            signature.setAlgorithmConstraints(
                    new AlgorithmConstraints(ConstraintType.PERMIT, algorithms.toArray(String[]::new)));
            signature.setKey(key.getKey());
            return signature.verifySignature();
        } catch (JoseException | RuntimeException unusable) {
            return false; // a key that does not go with the algorithm, or a signature that is none
        }
    }
}
