package dev.tokensidecar.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.token.Secret;
import java.util.List;
import java.util.Objects;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;

/** Nobody ever gets the token of somebody else: two requests have the same key only if all of their fields are the same. */
class ExchangeKeyPropertiesTest {

    /** The fields of a request, to compare. */
    record Fields(
            String subject,
            @Nullable String subjectType,
            @Nullable String actor,
            @Nullable String actorType,
            List<String> audience,
            List<String> resource,
            @Nullable String scope,
            @Nullable String requestedType) {

        ExchangeKey key() {
            return new ExchangeRequest(
                            Secret.of(subject),
                            subjectType,
                            actor == null ? null : Secret.of(actor),
                            actorType,
                            new ExchangeRequest.RequestedToken(audience, resource, scope, requestedType))
                    .key();
        }
    }

    /** Few different letters, so that texts are often the same and often move across the border of two fields. */
    private static Arbitrary<String> text() {
        return Arbitraries.strings().withChars("ab").ofMinLength(1).ofMaxLength(3);
    }

    /** One or none. */
    private static Arbitrary<List<String>> optional() {
        return text().list().ofMaxSize(1);
    }

    @Provide
    Arbitrary<Fields> fields() {
        Arbitrary<List<String>> list = text().list().ofMaxSize(2);
        return Combinators.combine(text(), optional(), optional(), optional(), list, list, optional(), optional())
                .as((subject, type, actor, actorType, audience, resource, scope, requestedType) -> new Fields(
                        subject,
                        first(type),
                        first(actor),
                        first(actorType),
                        audience,
                        resource,
                        first(scope),
                        first(requestedType)));
    }

    private static @Nullable String first(List<String> texts) {
        return texts.isEmpty() ? null : texts.getFirst();
    }

    @Property(tries = 10_000)
    void requestsWithTheSameKeyAreTheSame(@ForAll("fields") Fields one, @ForAll("fields") Fields other) {
        assertThat(one.key().equals(other.key())).isEqualTo(one.equals(other));
        assertThat(one.key()).hasSameHashCodeAs(one.key()).isEqualTo(one.key());
    }

    /** What one field ends with, the next one begins with. */
    @Property(tries = 10_000)
    void textThatMovesToTheNextFieldMakesAnotherKey(@ForAll("fields") Fields fields) {
        String type = Objects.requireNonNullElse(fields.subjectType(), "");
        Fields moved = new Fields(
                fields.subject() + type,
                null,
                fields.actor(),
                fields.actorType(),
                fields.audience(),
                fields.resource(),
                fields.scope(),
                fields.requestedType());

        assertThat(moved.key().equals(fields.key())).isEqualTo(moved.equals(fields));
    }
}
