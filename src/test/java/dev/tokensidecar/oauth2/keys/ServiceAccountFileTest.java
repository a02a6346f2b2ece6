package dev.tokensidecar.oauth2.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tokensidecar.testing.crypto.PrivateKeys;
import dev.tokensidecar.testing.crypto.ServiceAccountKey;
import dev.tokensidecar.token.RefreshFailure.Misconfigured;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServiceAccountFileTest {

    @TempDir
    Path directory;

    @Test
    void theFileNamesTheAccountAndItsKey() throws Exception {
        KeyPair keys = PrivateKeys.rsa(2048);

        SigningAccount account = read(ServiceAccountKey.json("a@p.iam.gserviceaccount.com", "k1", keys));

        assertThat(account.email()).isEqualTo("a@p.iam.gserviceaccount.com");
        assertThat(account.key().key()).isEqualTo(keys.getPrivate());
        assertThat(account.key().algorithm()).isEqualTo(SigningAlgorithm.RS256);
        assertThat(account.key().keyId()).isEqualTo("k1");
        assertThat(account).hasToString("SigningAccount[email=a@p.iam.gserviceaccount.com, key=[signing key]]");
    }

    /** Each message says what to do, and quotes nothing. */
    @ParameterizedTest
    @CsvSource({
        "client_email, , has no client_email: mount the file as Google writes it",
        "private_key, , has no private_key: mount the file as Google writes it",
        "private_key, hunter2, holds neither PEM nor a JWK: put the private key into it as PEM or JWK",
        "type, authorized_user, 'holds credentials of another type than service_account: create a key of the service"
                + " account, as JSON, and mount that file as it is'",
    })
    void aFlawedFileIsExplained(String member, String value, String problem) throws Exception {
        String json = ServiceAccountKey.json("a@p.iam.gserviceaccount.com", "k1", PrivateKeys.rsa(2048));

        assertRejected(new JsonObject(json).put(member, value).encode(), problem);
    }

    @Test
    void whatIsNoJsonObjectIsExplained() {
        String problem = "is not a JSON object: mount the file as Google writes it";

        assertRejected("hunter2", problem);
        assertRejected("[\"hunter2\"]", problem);
        assertRejected("{\"private_key\":\"hunter2", problem);
    }

    @Test
    void aKeyThatCannotSignIsExplained() throws Exception {
        String problem = "holds an EC key on P-256, but RS256 needs an RSA key";

        assertRejected(ServiceAccountKey.json("a", "k1", PrivateKeys.ec("secp256r1")), problem);
    }

    private void assertRejected(String content, String problem) {
        Misconfigured failure = catchThrowableOfType(Misconfigured.class, () -> read(content));

        assertThat(failure.error()).isEqualTo("service_account_unreadable");
        assertThat(failure.detail())
                .startsWith("the service account file " + file() + " " + problem)
                .doesNotContain("hunter2", "BEGIN");
        assertThat(failure.getCause()).isNull();
    }

    private SigningAccount read(String content) throws Exception {
        return new ServiceAccountFile(Files.writeString(file(), content)).read();
    }

    private Path file() {
        return directory.resolve("service-account.json");
    }
}
