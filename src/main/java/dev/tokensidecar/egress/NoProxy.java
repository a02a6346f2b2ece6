package dev.tokensidecar.egress;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Hosts that are reached without a proxy. Reads {@code NO_PROXY} as curl does: {@code *}, domains, which stand for their
 * subdomains too, addresses, and networks in CIDR notation (RFC 4632 section 3.1). Nobody resolves a name to find out
 * whether its address is in a network. Loopback is always one of these hosts.
 */
public final class NoProxy {

    /** Loopback only. */
    public static final NoProxy NONE = new NoProxy(List.of());

    private final List<HostPattern> entries;

    private NoProxy(List<HostPattern> entries) {
        this.entries = entries;
    }

    /** Ignores entries that are not usable, as every program does with the variable that all of them share. */
    public static NoProxy of(List<String> entries) {
        return new NoProxy(entries.stream()
                .map(String::strip)
                .flatMap(entry -> HostPattern.parse(entry).stream())
                .toList());
    }

    /** Whether an entry can match a host. */
    public static boolean isUsable(String entry) {
        return HostPattern.parse(entry).isPresent();
    }

    /**
     * Whether the sidecar reaches a host without a proxy.
     *
     * @param host a name, or an address without brackets
     */
    public boolean contains(String host) {
        String name = withoutDots(host).toLowerCase(Locale.ROOT);
        byte[] address = address(name);
        return isLoopback(name, address) || entries.stream().anyMatch(entry -> entry.matches(name, address));
    }

    private static boolean isLoopback(String name, byte @Nullable [] address) {
        if (address == null) {
            return name.equals("localhost") || name.endsWith(".localhost");
        }
        try {
            return InetAddress.getByAddress(address).isLoopbackAddress();
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** Returns null for a name. */
    private static byte @Nullable [] address(String text) {
        return NetUtil.createByteArrayFromIpAddressString(text);
    }

    private static String withoutDots(String name) {
        return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
    }

    private sealed interface HostPattern {

        boolean matches(String name, byte @Nullable [] address);

        /** Returns empty for what can match no host. */
        static Optional<HostPattern> parse(String text) {
            int slash = text.indexOf('/');
            if (slash >= 0) {
                return network(address(text.substring(0, slash)), text.substring(slash + 1));
            }
            if (text.isEmpty() || text.chars().anyMatch(Character::isWhitespace)) {
                return Optional.empty();
            }
            byte[] single = address(text);
            if (single != null) {
                return Optional.of(new Network(single, single.length * Byte.SIZE));
            }
            return Optional.of(text.equals("*") ? new Everything() : Domain.of(text));
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

        /** {@code .example.com} and {@code *.example.com} mean {@code example.com}. */
        static Domain of(String text) {
            return new Domain(withoutDots(text.replaceFirst("^\\*?\\.", "")).toLowerCase(Locale.ROOT));
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
