package dev.tokensidecar.ingress;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerAdapter;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.HashMap;
import java.util.Map;

/**
 * Limits the connections that a listener has accepted and the event loop has not admitted yet. The accepting thread is
 * faster than the event loop: without a limit, connections pile up in the heap.
 *
 * <p>At the limit the listener stops accepting, and further connections wait in the kernel. The listener closes further
 * connections of a peer whose connections in the queue have reached the limit per peer, so that other peers get in.
 */
@ChannelHandler.Sharable
final class AcceptQueue extends ChannelInboundHandlerAdapter {

    static final int LIMIT = 256;
    private static final int RESUME_SIZE = LIMIT / 2;

    private final ListenerLimits limits;
    private final Map<Object, Integer> sizeByPeer = new HashMap<>();
    private int size;
    private boolean full;

    AcceptQueue(ListenerLimits limits) {
        this.limits = limits;
    }

    /** Starts to count the connections that the listener accepts. Does nothing if it counts them already. */
    void watch(Channel listener) {
        if (listener.pipeline().get(AcceptQueue.class) == null) {
            listener.pipeline().addFirst(this);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext listener, Object message) {
        Channel accepted = (Channel) message;
        Object peer = limits.peer(accepted.remoteAddress());
        if (!add(peer)) {
            accepted.unsafe().closeForcibly();
            return;
        }
        accepted.pipeline().addFirst(new AdmissionHandler(peer, listener.channel()));
        listener.fireChannelRead(message);
        if (isFull()) {
            var unused = listener.channel().config().setAutoRead(false);
        }
    }

    /** Returns false if the peer has no room left. */
    private synchronized boolean add(Object peer) {
        int ofPeer = sizeByPeer.getOrDefault(peer, 0);
        if (!limits.isOfPod() && ofPeer >= limits.connectionsPerPeer()) {
            return false;
        }
        sizeByPeer.put(peer, ofPeer + 1);
        size++;
        return true;
    }

    /**
     * Whether the queue is full. It stays full until enough connections have left, even if a few leave while a batch is
     * being accepted.
     */
    private synchronized boolean isFull() {
        full |= size >= LIMIT;
        return full;
    }

    private void remove(Object peer, Channel listener) {
        if (removeAndCheckResume(peer)) {
            // on the accepting thread, and therefore after it has stopped accepting
            listener.eventLoop().execute(() -> {
                var unused = listener.config().setAutoRead(true);
            });
        }
    }

    /** Returns whether the listener has to resume accepting. */
    private synchronized boolean removeAndCheckResume(Object peer) {
        sizeByPeer.computeIfPresent(peer, (same, count) -> count == 1 ? null : count - 1);
        size--;
        boolean resume = full && size <= RESUME_SIZE;
        full &= !resume;
        return resume;
    }

    /** The first handler of an accepted connection. Netty calls it when the event loop has registered the connection. */
    private final class AdmissionHandler extends ChannelHandlerAdapter {

        private final Object peer;
        private final Channel listener;

        AdmissionHandler(Object peer, Channel listener) {
            this.peer = peer;
            this.listener = listener;
        }

        @Override
        public void handlerAdded(ChannelHandlerContext context) {
            context.pipeline().remove(this);
            AcceptQueue.this.remove(peer, listener);
        }
    }
}
