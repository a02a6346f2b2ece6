package dev.tokensidecar.store;

import dev.tokensidecar.token.StoreFailure;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** A process that saves secrets again and again. {@code FileAttackTest} starts it. */
final class SavingProcess {

    private SavingProcess() {}

    /**
     * Saves refresh tokens and access tokens, and prints how many saves failed.
     *
     * @param args the directory, the number of each, and the group that may read access tokens
     */
    public static void main(String[] args) {
        Path directory = Path.of(args[0]);
        AtomicFile refreshToken = new AtomicFile(directory.resolve("refresh-token"));
        FileAccess access = new FileAccess(PosixFilePermissions.fromString("rw-r-----"), args[2]);
        AtomicFile accessToken = new AtomicFile(directory.resolve("access-token"), access);
        int failed = 0;
        for (int save = 0; save < Integer.parseInt(args[1]); save++) {
            read(refreshToken);
            failed +=
                    save(refreshToken, save) + save(refreshToken.sibling(".previous"), save) + save(accessToken, save);
        }
        System.out.printf("failed=%d%n", failed);
    }

    private static int save(AtomicFile file, int number) {
        try {
            file.replace((Intruder.MARK + number).getBytes(StandardCharsets.US_ASCII));
            return 0;
        } catch (StoreFailure disturbed) {
            return 1;
        }
    }

    private static void read(AtomicFile file) {
        try {
            var unused = file.read();
        } catch (StoreFailure planted) {
            file.setAside();
        }
    }
}
