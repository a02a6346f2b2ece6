package dev.tokensidecar.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The inputs that were written by hand or found by a fuzzer, without a fuzzer. */
class CorpusTest {

    @ParameterizedTest
    @MethodSource("dev.tokensidecar.fuzz.Target#all")
    void everyKeptInputIsHandled(Target target) throws IOException {
        assertThat(target.inputs()).isNotEmpty();
        for (Path input : target.inputs()) {
            byte[] content = Files.readAllBytes(input);
            assertThatCode(() -> target.method().accept(content))
                    .as("%s", input)
                    .doesNotThrowAnyException();
        }
    }
}
