package dev.tokensidecar.egress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostAddressesTest {

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "10.0.0.1, -, 10.0.0.1",
                "10.0.0.1 10.0.0.2 fd00::1 fd00::2, -, 10.0.0.1 fd00::1 10.0.0.2 fd00::2",
                "fd00::1 fd00::2 10.0.0.1, -, fd00::1 10.0.0.1 fd00::2",
                "10.0.0.1 10.0.0.2 fd00::1, 10.0.0.2, 10.0.0.2 10.0.0.1 fd00::1",
                "10.0.0.1 fd00::1, 10.0.0.9, 10.0.0.1 fd00::1",
                "10.0.0.1 10.0.0.1, -, 10.0.0.1",
                "10.0.0.1 10.0.0.2 10.0.0.3 10.0.0.4 10.0.0.5, 10.0.0.5, 10.0.0.5 10.0.0.1 10.0.0.2 10.0.0.3",
            })
    void theFamiliesAlternateAfterTheAddressThatWorkedLast(String found, @Nullable String last, String ordered)
            throws UnknownHostException {
        InetAddress lastConnected = last == null ? null : InetAddress.getByName(last);

        assertThat(HostAddresses.inOrder(addresses(found), lastConnected).stream()
                        .map(InetAddress::getHostAddress)
                        .map(address -> address.replace(":0:0:0:0:0:0:", "::"))
                        .collect(Collectors.joining(" ")))
                .isEqualTo(ordered);
    }

    private static List<InetAddress> addresses(String texts) throws UnknownHostException {
        List<InetAddress> addresses = new ArrayList<>();
        for (String text : texts.split(" ", -1)) {
            addresses.add(InetAddress.getByName(text));
        }
        return addresses;
    }

    @Test
    void anAddressThatIsGoneIsForgotten() throws UnknownHostException {
        HostAddresses hosts = new HostAddresses(
                Runnable::run, host -> addresses("10.0.0.1 10.0.0.2").toArray(InetAddress[]::new));
        hosts.connected("a.example", InetAddress.getByName("10.0.0.2"));
        hosts.connected("b.example", InetAddress.getByName("10.0.0.3"));

        assertThat(hosts.of("a.example").join()).startsWith(InetAddress.getByName("10.0.0.2"));
        assertThat(hosts.of("b.example").join()).startsWith(InetAddress.getByName("10.0.0.1"));
    }

    @Test
    void anAddressThatFailsAfterItsConnectionIsForgotten() throws UnknownHostException {
        HostAddresses hosts = new HostAddresses(
                Runnable::run, host -> addresses("10.0.0.1 10.0.0.2").toArray(InetAddress[]::new));
        InetAddress second = InetAddress.getByName("10.0.0.2");
        hosts.connected("a.example", second);
        hosts.failed("a.example", InetAddress.getByName("10.0.0.1"));
        assertThat(hosts.of("a.example").join()).startsWith(second);

        hosts.failed("a.example", second);

        assertThat(hosts.of("a.example").join()).startsWith(InetAddress.getByName("10.0.0.1"));
    }

    @Test
    void whoeverAsksWhileTheResolverIsAtItSharesItsResult() {
        List<Runnable> lookups = new ArrayList<>();
        HostAddresses hosts =
                new HostAddresses(lookups::add, host -> addresses("10.0.0.1").toArray(InetAddress[]::new));
        CompletableFuture<List<InetAddress>> first = hosts.of("a.example");
        CompletableFuture<List<InetAddress>> second = hosts.of("a.example");
        CompletableFuture<List<InetAddress>> other = hosts.of("b.example");
        assertThat(lookups).hasSize(2);

        first.completeExceptionally(new TimeoutException());
        lookups.forEach(Runnable::run);

        assertThat(second).isCompleted();
        assertThat(other).isCompleted();
        assertThat(hosts.of("a.example")).isNotDone();
        assertThat(lookups).hasSize(3);
    }

    /** The kernel may refuse a thread, and have one the next time. */
    @Test
    void aLookupThatCannotStartHoldsUpNoLaterOne() {
        Queue<Runnable> refusals = new ArrayDeque<>(List.of(
                () -> {
                    throw new RejectedExecutionException();
                },
                () -> {
                    throw new OutOfMemoryError("unable to create native thread");
                }));
        HostAddresses hosts = new HostAddresses(
                lookup -> Objects.requireNonNullElse(refusals.poll(), lookup).run(),
                host -> addresses("10.0.0.1").toArray(InetAddress[]::new));

        assertThat(hosts.of("a.example")).isCompletedExceptionally();
        assertThat(hosts.of("a.example")).isCompletedExceptionally();
        assertThat(hosts.of("a.example")).isCompleted();
    }

    @Test
    void anUnknownHostIsAFailure() {
        HostAddresses hosts = new HostAddresses(Runnable::run, host -> {
            throw new UnknownHostException(host);
        });

        assertThatThrownBy(() -> hosts.of("a.example").join())
                .isInstanceOf(CompletionException.class)
                .hasCauseInstanceOf(UnknownHostException.class);
    }
}
