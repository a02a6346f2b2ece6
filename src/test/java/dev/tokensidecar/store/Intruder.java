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
 * A process of another user who may write to the directory of the files. It exchanges whatever appears there while a file
 * is written for things of its own, and looks into everything that it can open. {@code FileAttackTest} starts it.
 */
final class Intruder {

    /** What every secret begins with. */
    static final String MARK = "s3cret-";

    /** How many FIFOs it finds among its own things, {@code fifo-0} and so on: Java can make none. */
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
     * Attacks until there is a file {@code over}, then tells how often it has exchanged something, and how often it has
     * seen a secret.
     *
     * @param arguments the directory that is attacked, and one for its own things
     */
    public static void main(String[] arguments) throws IOException {
        Intruder intruder = new Intruder(Path.of(arguments[0]), Path.of(arguments[1]));
        while (!Files.exists(intruder.loot.resolve("over"))) {
            intruder.attack();
        }
        intruder.lookAround(intruder.directory);
        intruder.lookAround(intruder.loot);
        System.out.printf("exchanged=%d caught=%d%n", intruder.exchanged, intruder.caught);
    }

    private void attack() throws IOException {
        try (DirectoryStream<Path> temporaries = Files.newDirectoryStream(directory, "*.tmp")) {
            for (Path temporary : temporaries) {
                look(temporary);
                look(temporary.resolve("staged"));
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
            // a directory of somebody else cannot be taken out of the one that it is in
            Files.move(path, directory.resolve("taken-" + exchanged), StandardCopyOption.ATOMIC_MOVE);
            Files.move(mine, path, StandardCopyOption.ATOMIC_MOVE);
            exchanged++;
        } catch (IOException tooLate) {
            // there will be another one
        }
        look(bait);
    }

    /** Makes something that leads to the bait, which everybody may write to, or that blocks who opens it. */
    private void prepare(int kind, Path mine, Path bait) throws IOException {
        switch (kind) {
            case 0 -> Files.createSymbolicLink(mine, open(Files.createFile(bait), FILE));
            case 1 -> Files.createLink(mine, open(Files.createFile(bait), FILE));
            case 2 -> Files.move(open(Files.createFile(bait), FILE), mine);
            case 3 -> Files.createSymbolicLink(mine, open(Files.createDirectory(bait), DIRECTORY));
            case 4 -> Files.move(open(Files.createDirectory(bait), DIRECTORY), mine);
            default -> Files.move(loot.resolve("fifo-" + exchanged / KINDS % FIFOS), mine);
        }
    }

    private static Path open(Path path, String mode) throws IOException {
        return Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
    }

    private void look(Path path) {
        try {
            if (Files.isRegularFile(path) && Files.readString(path).contains(MARK)) {
                caught++;
            }
        } catch (IOException closed) {
            // as it should be
        }
    }

    private void lookAround(Path place) throws IOException {
        try (Stream<Path> files = Files.list(place)) {
            for (Path file : files.toList()) {
                look(file);
                look(file.resolve("staged"));
            }
        }
    }
}
