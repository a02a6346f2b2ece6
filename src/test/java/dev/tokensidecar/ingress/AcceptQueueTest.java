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

/** A listener whose event loop takes connections over when the test says so. */
class AcceptQueueTest {

    private final List<Accepted> handedOn = new ArrayList<>();

    /** A connection that no event loop has taken over. */
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

        void isTakenOver() throws Exception {
            register();
        }
    }

    private EmbeddedChannel listener(ListenerLimits limits) {
        EmbeddedChannel listener = new EmbeddedChannel(new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext context, Object message) {
                handedOn.add((Accepted) message);
            }
        });
        AcceptQueue queue = new AcceptQueue(limits);
        queue.watch(listener);
        queue.watch(listener);
        return listener;
    }

    private static Accepted accept(EmbeddedChannel listener, String peer) {
        Accepted accepted = new Accepted(peer);
        listener.writeInbound(accepted);
        return accepted;
    }

    private static void accept(EmbeddedChannel listener, String peer, int connections) {
        for (int i = 0; i < connections; i++) {
            var unused = accept(listener, peer);
        }
    }

    private void takeOver(EmbeddedChannel listener, int connections) throws Exception {
        for (int i = 0; i < connections; i++) {
            handedOn.removeFirst().isTakenOver();
        }
        listener.runPendingTasks();
    }

    @Test
    void aListenerStopsAcceptingUntilTheEventLoopHasCaughtUp() throws Exception {
        EmbeddedChannel listener = listener(ListenerLimits.ofTokenInterface(Long.MAX_VALUE));

        accept(listener, "127.0.0.1", AcceptQueue.MOST - 1);
        assertThat(listener.config().isAutoRead()).isTrue();
        accept(listener, "127.0.0.1", 1);
        assertThat(listener.config().isAutoRead()).isFalse();

        takeOver(listener, AcceptQueue.MOST / 2 - 1);
        assertThat(listener.config().isAutoRead()).isFalse();
        takeOver(listener, 1);
        assertThat(listener.config().isAutoRead()).isTrue();
        assertThat(handedOn).hasSize(AcceptQueue.MOST / 2);
    }

    /** The rest of a batch is accepted although the listener has stopped: it must not forget that it has. */
    @Test
    void aListenerThatStopsWhileTheEventLoopCatchesUpAcceptsAgain() throws Exception {
        EmbeddedChannel listener = listener(ListenerLimits.ofTokenInterface(Long.MAX_VALUE));
        accept(listener, "127.0.0.1", AcceptQueue.MOST);

        takeOver(listener, 10);
        accept(listener, "127.0.0.1", 1);
        assertThat(listener.config().isAutoRead()).isFalse();

        takeOver(listener, handedOn.size());
        assertThat(listener.config().isAutoRead()).isTrue();
    }

    @Test
    void aPeerThatHasManyWaitingGetsNoMoreAndKeepsNobodyOut() throws Exception {
        ListenerLimits limits = ListenerLimits.ofManagementInterface();
        EmbeddedChannel listener = listener(limits);
        accept(listener, "10.0.0.1", limits.connectionsPerPeer());

        Accepted surplus = accept(listener, "10.0.0.1");
        Accepted other = accept(listener, "10.0.0.2");

        assertThat(surplus.isOpen()).isFalse();
        assertThat(other.isOpen()).isTrue();
        assertThat(handedOn).hasSize(limits.connectionsPerPeer() + 1).doesNotContain(surplus);
        takeOver(listener, 1);
        assertThat(accept(listener, "10.0.0.1").isOpen()).isTrue();
        assertThat(accept(listener, "10.0.0.1").isOpen()).isFalse();
    }
}
