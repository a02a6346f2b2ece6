package dev.tokensidecar.store;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a user with write access to a directory can put in place of a file. */
enum PlantedFile {
    SYMBOLIC_LINK {
        @Override
        void at(Path path) throws IOException {
            Files.createSymbolicLink(path, other(path));
        }
    },
    DANGLING_LINK {
        @Override
        void at(Path path) throws IOException {
            Files.createSymbolicLink(path, Path.of("missing"));
        }
    },
    HARD_LINK {
        @Override
        void at(Path path) throws IOException {
            Files.createLink(path, other(path));
        }
    },
    FIFO {
        @Override
        void at(Path path) throws IOException {
            int exit = new ProcessBuilder("mkfifo", path.toString())
                    .start()
                    .onExit()
                    .join()
                    .exitValue();
            if (exit != 0) {
                throw new IOException("mkfifo ended with " + exit);
            }
        }
    },
    SOCKET {
        @Override
        void at(Path path) throws IOException {
            try (ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
                socket.bind(UnixDomainSocketAddress.of(path));
            }
        }
    },
    DIRECTORY {
        @Override
        void at(Path path) throws IOException {
            Files.createDirectory(path);
        }
    };

    private static Path other(Path path) throws IOException {
        return Files.writeString(path.resolveSibling("other"), "content");
    }

    /** Creates it at this path. */
    abstract void at(Path path) throws IOException;
}
