package dev.tokensidecar.egress;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Hosts that are reached without a proxy. Reads {@code NO_PROXY} as most programs do: {@code *}, domains, which stand for
 * their subdomains too, addresses, and, as Go does, networks in CIDR notation (RFC 4632 section 3.1) and ports. Nobody
 * resolves a name to find out whether its address is in a network. Loopback is always one of these hosts.
 */
public final class NoProxy {

    /** Loopback only. */
    public static final NoProxy NONE = new NoProxy(List.of());

    /** The length of what precedes an IPv4 address that is written as one of IPv6. */
    private static final int MAPPED_BYTES = 12;

    private final List<Exemption> exemptions;

    private NoProxy(List<Exemption> exemptions) {
        this.exemptions = exemptions;
    }

    /** Ignores entries that are not usable, as every program does with the variable that all of them share. */
    public static NoProxy of(List<String> entries) {
        return new NoProxy(entries.stream()
                .map(String::strip)
                .flatMap(entry -> Exemption.parse(entry).stream())
                .toList());
    }

    /** Whether an entry can match a host. */
    public static boolean isUsable(String entry) {
        return Exemption.parse(entry).isPresent();
    }

    /** Whether the sidecar reaches a server without a proxy. */
    public boolean contains(Authority server) {
        String name = withoutDot(server.hostWithoutBrackets()).toLowerCase(Locale.ROOT);
        byte[] address = address(name);
        return isLocal(name, address)
                || exemptions.stream().anyMatch(each -> each.matches(name, address, server.port()));
    }

    private static boolean isLocal(String name, byte @Nullable [] address) {
        if (address == null) {
            return name.equals("localhost") || name.endsWith(".localhost");
        }
        try {
            InetAddress host = InetAddress.getByAddress(address);
            return host.isLoopbackAddress() || host.isAnyLocalAddress();
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** Returns null for a name. An IPv4 address that is written as one of IPv6 (RFC 4291 section 2.5.5.2) is one of IPv4. */
    private static byte @Nullable [] address(String text) {
        byte[] address = NetUtil.createByteArrayFromIpAddressString(text);
        return address != null && isMapped(address)
                ? Arrays.copyOfRange(address, MAPPED_BYTES, address.length)
                : address;
    }

    private static boolean isMapped(byte[] address) {
        if (address.length <= MAPPED_BYTES || address[10] != -1 || address[11] != -1) {
            return false;
        }
        for (int i = 0; i < 10; i++) {
            if (address[i] != 0) {
                return false;
            }
        }
        return true;
    }

    private static String withoutDot(String name) {
        return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
    }

    /**
     * One entry.
     *
     * @param port the only port that it stands for; {@link #ANY_PORT} for all
     */
    private record Exemption(HostPattern hosts, int port) {

        private static final int ANY_PORT = -1;
        private static final Pattern WITH_PORT = Pattern.compile("(\\[[^\\]]*\\]|[^:\\[\\]]*):([0-9]{1,5})");

        /** Returns empty for what can match no host. */
        static Optional<Exemption> parse(String text) {
            Matcher withPort = WITH_PORT.matcher(text);
            return withPort.matches()
                    ? HostPattern.ofHost(withPort.group(1))
                            .map(hosts -> new Exemption(hosts, Integer.parseInt(withPort.group(2))))
                    : HostPattern.parse(text).map(hosts -> new Exemption(hosts, ANY_PORT));
        }

        boolean matches(String name, byte @Nullable [] address, int wanted) {
            return (port == ANY_PORT || port == wanted) && hosts.matches(name, address);
        }
    }

    private sealed interface HostPattern {

        boolean matches(String name, byte @Nullable [] address);

        /** Returns empty for what can match no host. */
        static Optional<HostPattern> parse(String text) {
            int slash = text.indexOf('/');
            if (slash >= 0) {
                return network(address(text.substring(0, slash)), text.substring(slash + 1));
            }
            return text.equals("*") ? Optional.of(new Everything()) : ofHost(text);
        }

        /** Reads a domain, or an address with or without brackets. */
        static Optional<HostPattern> ofHost(String text) {
            byte[] single = address(text.matches("\\[.*\\]") ? text.substring(1, text.length() - 1) : text);
            if (single != null) {
                return Optional.of(new Network(single, single.length * Byte.SIZE));
            }
            return Domain.of(text);
        }

        private static Optional<HostPattern> network(byte @Nullable [] address, String bits) {
            if (address == null || !bits.matches("\\d{1,3}") || Integer.parseInt(bits) > address.length * Byte.SIZE) {
                return Optional.empty();
            }
            return Optional.of(new Network(address, Integer.parseInt(bits)));
        }
    }

    private record Everything() implements HostPattern {

        @Override
        public boolean matches(String name, byte @Nullable [] address) {
            return true;
        }
    }

    /** A name and all names below it. */
    private record Domain(String domain) implements HostPattern {

        /** The last label has a letter: whatever ends with a number is an address, or a part of one. */
        private static final Pattern NAME = Pattern.compile(
                "(?:\\*?\\.)?((?:[\\p{L}\\p{N}_-]+\\.)*[\\p{L}\\p{N}_-]*[\\p{L}_-][\\p{L}\\p{N}_-]*)\\.?");

        /** {@code .example.com} and {@code *.example.com} mean {@code example.com}. */
        static Optional<HostPattern> of(String text) {
            Matcher name = NAME.matcher(text);
            return name.matches() ? Optional.of(new Domain(name.group(1).toLowerCase(Locale.ROOT))) : Optional.empty();
        }

        @Override
        public boolean matches(String name, byte @Nullable [] address) {
            return address == null && (name.equals(domain) || name.endsWith("." + domain));
        }
    }

    /** Addresses whose first bits are those of the network. */
    private static final class Network implements HostPattern {
        private final byte[] network;
        private final int bits;

        Network(byte[] network, int bits) {
            this.network = network;
            this.bits = bits;
        }

        @Override
        public boolean matches(String name, byte @Nullable [] address) {
            if (address == null || address.length != network.length) {
                return false;
            }
            for (int bit = 0; bit < bits; bit++) {
                int mask = 0x80 >> bit % Byte.SIZE;
                if (((network[bit / Byte.SIZE] ^ address[bit / Byte.SIZE]) & mask) != 0) {
                    return false;
                }
            }
            return true;
        }
    }
}
