package dev.tokensidecar.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.benmanes.caffeine.cache.Cache;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Caffeine has a class for each combination of a cache's features and loads two of them by name, which a native executable can
 * do only for the classes in its metadata.
 */
class CacheMetadataTest {

    private static final Path METADATA = Path.of(
            "src/main/resources/META-INF/native-image/com.github.ben-manes.caffeine/caffeine/reachability-metadata.json");

    @Test
    void theMetadataNamesTheClassesThatTheCacheLoadsByNameAndNoOthers() throws Exception {
        Cache<ExchangeKey, ExchangeResult> cache = ExchangedTokens.boundedCache(1000, new ExchangeListener() {});
        Object map = cache.asMap();
        Object nodes = field(map.getClass(), "nodeFactory").get(map);

        assertThat(types().stream().map(type -> type.getString("type")))
                .containsExactlyInAnyOrder(
                        map.getClass().getName(), nodes.getClass().getName());
    }

    @Test
    void theMetadataNamesTheFactoryOfEachClassThatHasOne() throws Exception {
        for (JsonObject type : types()) {
            Class<?> named = Class.forName(type.getString("type"));
            boolean hasFactory = List.of(named.getDeclaredFields()).stream()
                    .anyMatch(field -> field.getName().equals("FACTORY"));

            assertThat(type.getBoolean("allDeclaredConstructors")).isTrue();
            assertThat(type.containsKey("fields")).isEqualTo(hasFactory);
        }
    }

    private static Field field(Class<?> type, String name) throws NoSuchFieldException {
        for (Class<?> owner = type; owner != null; owner = owner.getSuperclass()) {
            for (Field field : owner.getDeclaredFields()) {
                if (field.getName().equals(name)) {
                    field.setAccessible(true);
                    return field;
                }
            }
        }
        throw new NoSuchFieldException(name);
    }

    private static List<JsonObject> types() throws IOException {
        return new JsonObject(Files.readString(METADATA))
                .getJsonArray("reflection").stream().map(JsonObject.class::cast).toList();
    }
}
