package dev.tokensidecar.store;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;

/**
 * A process of another user who may write to the directory of the files. While a file is being written, it replaces
 * everything that appears there with its own files, and reads everything that it can open. {@code FileAttackTest} starts
 * it.
 */
final class Intruder {

    /** The prefix of every secret. */
    static final String MARK = "s3cret-";

    /** The number of FIFOs prepared for it, {@code fifo-0} and so on: Java cannot create any. */
    static final int FIFOS = 1_000;

    private static final String FILE = "rw-rw-rw-";
    private static final String DIRECTORY = "rwxrwxrwx";
    private static final int KINDS = 6;

    private final Path directory;
    private final Path loot;
    private int exchanged;
    private int caught;

    private Intruder(Path directory, Path loot) {
        this.directory = directory;
        this.loot = loot;
    }

    /**
     * Attacks until a file {@code over} appears. Then prints how often it has exchanged a file and how often it has seen a
     * secret.
     *
     * @param arguments the directory to attack, and a directory for its own files
     */
    public static void main(String[] arguments) throws IOException {
        Intruder intruder = new Intruder(Path.of(arguments[0]), Path.of(arguments[1]));
        while (!Files.exists(intruder.loot.resolve("over"))) {
            intruder.attack();
        }
        intruder.inspectAll(intruder.directory);
        intruder.inspectAll(intruder.loot);
        System.out.printf("exchanged=%d caught=%d%n", intruder.exchanged, intruder.caught);
    }

    private void attack() throws IOException {
        try (DirectoryStream<Path> temporaries = Files.newDirectoryStream(directory, "*.tmp")) {
            for (Path temporary : temporaries) {
                inspect(temporary);
                inspect(temporary.resolve("staged"));
                exchange(temporary);
            }
        }
        if (exchanged % 16 == 0) {
            exchange(directory.resolve("refresh-token"));
        }
    }

    private void exchange(Path path) {
        Path mine = loot.resolve("mine");
        Path bait = loot.resolve("bait-" + exchanged);
        try {
            if (!Files.exists(mine, LinkOption.NOFOLLOW_LINKS)) {
                prepare(exchanged % KINDS, mine, bait);
            }
            // a directory of another user cannot be moved out of its parent
            Files.move(path, directory.resolve("taken-" + exchanged), StandardCopyOption.ATOMIC_MOVE);
            Files.move(mine, path, StandardCopyOption.ATOMIC_MOVE);
            exchanged++;
        } catch (IOException tooLate) {
            // tries the next one
        }
        inspect(bait);
    }

    /** Makes a file that leads to the bait, which everybody may write to, or that blocks the process that opens it. */
    private void prepare(int kind, Path mine, Path bait) throws IOException {
        switch (kind) {
            case 0 -> Files.createSymbolicLink(mine, withMode(Files.createFile(bait), FILE));
            case 1 -> Files.createLink(mine, withMode(Files.createFile(bait), FILE));
            case 2 -> Files.move(withMode(Files.createFile(bait), FILE), mine);
            case 3 -> Files.createSymbolicLink(mine, withMode(Files.createDirectory(bait), DIRECTORY));
            case 4 -> Files.move(withMode(Files.createDirectory(bait), DIRECTORY), mine);
            default -> Files.move(loot.resolve("fifo-" + exchanged / KINDS % FIFOS), mine);
        }
    }

    private static Path withMode(Path path, String mode) throws IOException {
        return Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
    }

    private void inspect(Path path) {
        try {
            if (Files.isRegularFile(path) && Files.readString(path).contains(MARK)) {
                caught++;
            }
        } catch (IOException closed) {
            // as expected
        }
    }

    private void inspectAll(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                inspect(file);
                inspect(file.resolve("staged"));
            }
        }
    }
}
