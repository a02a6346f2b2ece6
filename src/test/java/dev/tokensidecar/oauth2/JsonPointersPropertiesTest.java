package dev.tokensidecar.oauth2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.oauth2.http.InboundResponse;
import dev.tokensidecar.testing.RepeatableProperty;
import dev.tokensidecar.token.Secret;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.constraints.NotEmpty;
import net.jqwik.api.constraints.Size;

/** A pointer reads what the same pointer has written, with any names in it. */
class JsonPointersPropertiesTest {

    @RepeatableProperty
    void pointersReadWhatTheyWrite(
            @ForAll @Size(min = 1, max = 6) List<String> names, @ForAll @NotEmpty String refreshToken) {
        String pointer = names.stream()
                .map(name -> "/" + name.replace("~", "~0").replace("/", "~1"))
                .collect(Collectors.joining());

        String json = RefreshRequestTest.json(
                Map.of(pointer, "{refresh_token}x"), Map.of("refresh_token", Secret.of(refreshToken)));

        ResponseFields fields = Objects.requireNonNull(ResponseFields.read(json));
        assertThat(new ResponseLocation(pointer)
                        .find(new InboundResponse(200, Map.of(), json), fields)
                        .text())
                .isEqualTo(refreshToken + "x");
    }
}
