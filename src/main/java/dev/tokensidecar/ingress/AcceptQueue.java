package dev.tokensidecar.ingress;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerAdapter;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.HashMap;
import java.util.Map;

/**
 * Bounds the connections of a listener that were accepted and that the event loop has not taken over yet. A thread of its
 * own accepts them, faster than the loop can make connections of them: without a bound they pile up in the heap.
 *
 * <p>When there are too many, the listener stops accepting, and the rest waits in the kernel. So that others get in
 * meanwhile, a peer that has as many there as it may have connections gets no more: those are closed.
 */
@ChannelHandler.Sharable
final class AcceptQueue extends ChannelInboundHandlerAdapter {

    static final int MOST = 256;
    private static final int ACCEPT_AGAIN = MOST / 2;

    private final ListenerLimits limits;
    private final Map<Object, Integer> peers = new HashMap<>();
    private int size;
    private boolean full;

    AcceptQueue(ListenerLimits limits) {
        this.limits = limits;
    }

    /** Begins to count what this listener accepts; does nothing if it does so already. */
    void watch(Channel listener) {
        if (listener.pipeline().get(AcceptQueue.class) == null) {
            listener.pipeline().addFirst(this);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext listener, Object message) {
        Channel accepted = (Channel) message;
        Object peer = limits.peer(accepted.remoteAddress());
        if (!enter(peer)) {
            accepted.unsafe().closeForcibly();
            return;
        }
        accepted.pipeline().addFirst(new Handover(peer, listener.channel()));
        listener.fireChannelRead(message);
        if (isFull()) {
            var unused = listener.channel().config().setAutoRead(false);
        }
    }

    private synchronized boolean enter(Object peer) {
        int ofPeer = peers.getOrDefault(peer, 0);
        if (!limits.isOfPod() && ofPeer >= limits.connectionsPerPeer()) {
            return false;
        }
        peers.put(peer, ofPeer + 1);
        size++;
        return true;
    }

    /** Full until enough have left, even if some leave while the rest of a batch is accepted. */
    private synchronized boolean isFull() {
        full |= size >= MOST;
        return full;
    }

    private void leave(Object peer, Channel listener) {
        if (isToAcceptAgain(peer)) {
            // there, and so after the thread that accepts has stopped
            listener.eventLoop().execute(() -> {
                var unused = listener.config().setAutoRead(true);
            });
        }
    }

    private synchronized boolean isToAcceptAgain(Object peer) {
        peers.computeIfPresent(peer, (same, count) -> count == 1 ? null : count - 1);
        size--;
        boolean again = full && size <= ACCEPT_AGAIN;
        full &= !again;
        return again;
    }

    /** The first handler of an accepted connection: it is added for good when the event loop has taken the connection over. */
    private final class Handover extends ChannelHandlerAdapter {

        private final Object peer;
        private final Channel listener;

        Handover(Object peer, Channel listener) {
            this.peer = peer;
            this.listener = listener;
        }

        @Override
        public void handlerAdded(ChannelHandlerContext context) {
            context.pipeline().remove(this);
            leave(peer, listener);
        }
    }
}
