package dev.tokensidecar.app;

import io.quarkus.runtime.configuration.ConfigurationException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.UserPrincipal;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.attribute.UserPrincipalNotFoundException;

/**
 * The user and group of a socket, as the system knows them.
 *
 * @param configured for messages
 */
record SocketOwner(String configured, UserPrincipal user, GroupPrincipal group) {

    private interface Lookup<P> {
        P find(String name) throws IOException;
    }

    /**
     * Looks up the names.
     *
     * @param owner {@code user:group}
     * @throws ConfigurationException if the system does not know them
     */
    static SocketOwner of(String owner, UserPrincipalLookupService users) throws IOException {
        String[] names = owner.split(":", 2);
        return new SocketOwner(
                owner,
                known(names[0], users::lookupPrincipalByName),
                known(names[1], users::lookupPrincipalByGroupName));
    }

    /** The exception itself has no name from Java 25 on. */
    private static <P> P known(String name, Lookup<P> lookup) throws IOException {
        try {
            return lookup.find(name);
        } catch (UserPrincipalNotFoundException unknown) {
            throw new ConfigurationException("nobody here is called " + name + ": write its number");
        }
    }

    /** Makes them the owners of a file. */
    void take(PosixFileAttributeView file) throws IOException {
        try {
            file.setGroup(group);
            file.setOwner(user);
        } catch (FileSystemException denied) {
            throw new ConfigurationException("it cannot be given to " + configured + " ("
                    + denied.getReason()
                    + "): only root can name a user other than itself, or a group that it does not belong to");
        }
    }
}
