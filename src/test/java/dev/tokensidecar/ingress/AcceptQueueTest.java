package dev.tokensidecar.ingress;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.DefaultChannelId;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A listener whose event loop admits connections when the test says so. */
class AcceptQueueTest {

    private final List<Accepted> accepted = new ArrayList<>();

    /** A connection that no event loop has admitted. */
    private static final class Accepted extends EmbeddedChannel {

        private final String peer;

        Accepted(String peer) {
            super(DefaultChannelId.newInstance(), false, false);
            this.peer = peer;
        }

        @Override
        protected SocketAddress remoteAddress0() {
            return new InetSocketAddress(peer, 40_000);
        }

        void admit() throws Exception {
            register();
        }
    }

    private EmbeddedChannel listener(ListenerLimits limits) {
        EmbeddedChannel listener = new EmbeddedChannel(new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext context, Object message) {
                accepted.add((Accepted) message);
            }
        });
        AcceptQueue queue = new AcceptQueue(limits);
        queue.watch(listener);
        queue.watch(listener);
        return listener;
    }

    private static Accepted accept(EmbeddedChannel listener, String peer) {
        Accepted connection = new Accepted(peer);
        listener.writeInbound(connection);
        return connection;
    }

    private static void accept(EmbeddedChannel listener, String peer, int connections) {
        for (int i = 0; i < connections; i++) {
            var unused = accept(listener, peer);
        }
    }

    private void admit(EmbeddedChannel listener, int connections) throws Exception {
        for (int i = 0; i < connections; i++) {
            accepted.removeFirst().admit();
        }
        listener.runPendingTasks();
    }

    @Test
    void aListenerStopsAcceptingUntilTheEventLoopHasCaughtUp() throws Exception {
        EmbeddedChannel listener = listener(ListenerLimits.ofTokenInterface(Long.MAX_VALUE));

        accept(listener, "127.0.0.1", AcceptQueue.LIMIT - 1);
        assertThat(listener.config().isAutoRead()).isTrue();
        accept(listener, "127.0.0.1", 1);
        assertThat(listener.config().isAutoRead()).isFalse();

        admit(listener, AcceptQueue.LIMIT / 2 - 1);
        assertThat(listener.config().isAutoRead()).isFalse();
        admit(listener, 1);
        assertThat(listener.config().isAutoRead()).isTrue();
        assertThat(accepted).hasSize(AcceptQueue.LIMIT / 2);
    }

    @Test
    void aPeerAtItsLimitGetsNoMoreAndKeepsNobodyOut() throws Exception {
        ListenerLimits limits = ListenerLimits.ofManagementInterface();
        EmbeddedChannel listener = listener(limits);
        accept(listener, "10.0.0.1", limits.connectionsPerPeer());

        Accepted surplus = accept(listener, "10.0.0.1");
        Accepted other = accept(listener, "10.0.0.2");

        assertThat(surplus.isOpen()).isFalse();
        assertThat(other.isOpen()).isTrue();
        assertThat(accepted).hasSize(limits.connectionsPerPeer() + 1).doesNotContain(surplus);
        admit(listener, 1);
        assertThat(accept(listener, "10.0.0.1").isOpen()).isTrue();
        assertThat(accept(listener, "10.0.0.1").isOpen()).isFalse();
    }
}
