package dev.tokensidecar.kubernetes;

import dev.tokensidecar.store.Encryption;
import dev.tokensidecar.store.SeedFile;
import dev.tokensidecar.token.Claim;
import dev.tokensidecar.token.InvisibleCharacter;
import dev.tokensidecar.token.ProcessId;
import dev.tokensidecar.token.RecordConflict;
import dev.tokensidecar.token.RecordStore;
import dev.tokensidecar.token.RefreshFailure;
import dev.tokensidecar.token.RefreshToken;
import dev.tokensidecar.token.Secret;
import dev.tokensidecar.token.SessionRecord;
import dev.tokensidecar.token.StoreClock;
import dev.tokensidecar.token.StoreFailure;
import dev.tokensidecar.token.StoreListener;
import dev.tokensidecar.token.StoreListener.Verb;
import dev.tokensidecar.token.StoreProblem;
import dev.tokensidecar.token.StoredRecord;
import io.smallrye.mutiny.Uni;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The record of a session in a Secret of Kubernetes, which any number of pods share. The Secret has to exist. The sidecar
 * writes its key {@code session} and leaves all others alone; {@code refresh-token} may have the seed.
 */
public final class SecretStore implements RecordStore, AutoCloseable {

    private static final String SESSION = "session";
    private static final String SEED = "refresh-token";

    private final ApiServer api;
    private final @Nullable String namespace;
    private final String name;
    private final RecordFormat format;
    private final SeedFile seedFile;
    private final ProcessId self;
    private final boolean claimRequired;
    private final StoreListener listener;
    private final CallResults results;
    private final ForeignChanges changes = new ForeignChanges(this::report);
    private volatile Consumer<StoredRecord> watcher = nobody -> {};
    private @Nullable SecretWatch watch;

    /**
     * Calls nobody yet.
     *
     * @param namespace null for the namespace of the pod
     * @param encryption null to keep the record in plain text
     * @param seedFile the seed if the Secret has none
     * @param self the holder of claims of this process
     * @param claimRequired false if a refresh token may be presented while the API server does not respond
     */
    public SecretStore(
            ApiServer api,
            @Nullable String namespace,
            String name,
            @Nullable Encryption encryption,
            SeedFile seedFile,
            ProcessId self,
            boolean claimRequired,
            StoreListener listener) {
        this.api = api;
        this.namespace = namespace;
        this.name = name;
        this.format = new RecordFormat(encryption);
        this.seedFile = seedFile;
        this.self = self;
        this.claimRequired = claimRequired;
        this.listener = listener;
        this.results = new CallResults(listener);
    }

    private Uni<SecretReference> secret() {
        return Uni.createFrom().item(this::reference).runSubscriptionOn(api.serialExecutor());
    }

    private SecretReference reference() {
        return new SecretReference(namespace == null ? api.account().namespace() : namespace, name);
    }

    @Override
    public Uni<StoredRecord> read() {
        return secret().chain(secret -> results.of(Verb.GET, api.get(secret))
                .invoke(found -> {
                    changes.read(found.version());
                    wakeWatch();
                })
                .map(found -> stored(found, secret)));
    }

    private synchronized void wakeWatch() {
        if (watch != null) {
            watch.serverResponds();
        }
    }

    private StoredRecord stored(SecretObject found, SecretReference secret) {
        SessionRecord session = format.decode(data(found, SESSION, secret), secret);
        return new StoredRecord(session, found.version(), seed(found, secret, session), null);
    }

    private @Nullable RefreshToken seed(SecretObject found, SecretReference secret, SessionRecord session) {
        byte[] content = data(found, SEED, secret);
        try {
            RefreshToken inSecret = content == null ? null : seed(content, secret);
            return inSecret == null ? seedFile.read().orElse(null) : inSecret;
        } catch (RefreshFailure.Misconfigured unreadable) {
            if (session.current() == null) {
                throw unreadable;
            }
            return null;
        }
    }

    private @Nullable RefreshToken seed(byte[] content, SecretReference secret) {
        String text = InvisibleCharacter.withoutByteOrderMark(new String(content, StandardCharsets.UTF_8))
                .strip();
        InvisibleCharacter.in(text).ifPresent(character -> {
            throw new RefreshFailure.Misconfigured(
                    "refresh_token_unreadable",
                    "the key " + SEED + " of " + secret + " has an invisible character, " + character
                            + ": write the token again, on one line");
        });
        return text.isEmpty()
                ? null
                : new RefreshToken(Secret.of(text), api.runtime().time().now().instant(), null);
    }

    private static byte @Nullable [] data(SecretObject found, String key, SecretReference secret) {
        try {
            return found.data(key);
        } catch (IllegalArgumentException notBase64) {
            throw new StoreFailure(StoreProblem.DAMAGED, "the key " + key + " of " + secret + " is damaged");
        }
    }

    /** Sends nothing without a version: the API server would overwrite whatever there is. */
    @Override
    public Uni<String> write(SessionRecord next, String version) {
        return version.isEmpty()
                ? Uni.createFrom().failure(RecordConflict::new)
                : secret().chain(secret -> write(next, secret, version));
    }

    private Uni<String> write(SessionRecord next, SecretReference secret, String version) {
        byte[] content = format.encode(next, secret);
        changes.writeStarted();
        return results.of(Verb.PATCH, api.patch(secret, SESSION, content, version))
                .invoke(format::migrated)
                .onTermination()
                .invoke((written, failure, cancelled) ->
                        api.serialExecutor().execute(() -> changes.writeEnded(written)));
    }

    @Override
    public synchronized void watch(Consumer<StoredRecord> next) {
        watcher = next;
        watch = new SecretWatch(api, secret(), changes, listener);
        watch.start();
    }

    /** Whoever reads a Secret that is damaged fails. A watch goes on. */
    private void report(SecretObject found) {
        StoredRecord stored;
        try {
            stored = stored(found, reference());
        } catch (StoreFailure | RefreshFailure unreadable) {
            return;
        }
        watcher.accept(stored);
    }

    @Override
    public Uni<Boolean> isAbandoned(Claim claim) {
        return Uni.createFrom().item(self.replaces(claim.holder()));
    }

    @Override
    public StoreClock sharedClock() {
        return api.clock();
    }

    @Override
    public boolean claimRequired() {
        return claimRequired;
    }

    @Override
    public boolean durable() {
        return true;
    }

    /** Ends the watch. */
    @Override
    public synchronized void close() {
        if (watch != null) {
            watch.close();
        }
    }
}
