package dev.tokensidecar.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Runs the stored inputs, from people and from the fuzzer, without a fuzzer. */
class CorpusTest {

    @ParameterizedTest
    @MethodSource("dev.tokensidecar.fuzz.Target#all")
    void everyStoredInputIsHandled(Target target) throws IOException {
        assertThat(target.inputs()).isNotEmpty();
        for (Path input : target.inputs()) {
            byte[] content = Files.readAllBytes(input);
            assertThatCode(() -> target.method().accept(content))
                    .as("%s", input)
                    .doesNotThrowAnyException();
        }
    }
}
