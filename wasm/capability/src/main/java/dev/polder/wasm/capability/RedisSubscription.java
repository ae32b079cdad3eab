package dev.polder.wasm.capability;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.capability.internal.RespConnection.Reply;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A subscription to one channel of a Redis. For one thread at a time, but {@link #close}, which ends a wait.
 *
 * <p>Source: Redis, Pub/Sub: what the server sends is an array of {@code message}, the channel and the payload. Redis
 * keeps nothing for who is not there, so what is published while no subscription stands is lost.
 */
public final class RedisSubscription implements AutoCloseable {

    private static final List<byte[]> PING = RedisSession.words("PING");
    private static final byte[] MESSAGE = "message".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] PONG = "pong".getBytes(StandardCharsets.US_ASCII);

    private final RedisSession session;
    private boolean asked;

    private RedisSubscription(RedisSession session) {
        this.session = session;
    }

    /**
     * Connects, logs in and subscribes.
     *
     * @param outbound its time of a call is how long {@link #next} waits
     * @throws Problem INVALID for the address; UNAVAILABLE, FORBIDDEN or BAD_UPSTREAM as the connection went
     */
    public static RedisSubscription open(Outbound outbound, String address, String channel) {
        RedisSession session = RedisSession.open(outbound, RedisSession.address(address));
        try {
            Reply reply = session.call(RedisSession.words("SUBSCRIBE", channel));
            if (!(reply instanceof Reply.Array)) {
                throw new Problem(
                        Problem.Code.BAD_UPSTREAM,
                        Problem.WhoFailed.UPSTREAM,
                        true,
                        "Redis: " + (reply instanceof Reply.Failure(String message) ? message : "no subscription"),
                        null,
                        null);
            }
            return new RedisSubscription(session);
        } catch (Problem e) {
            session.close();
            throw e;
        }
    }

    /**
     * Waits for a message as long as a call may take; asks a silent server whether it is still there.
     *
     * @return the payload, or empty when none came
     * @throws Problem UNAVAILABLE when the connection broke
     */
    public Optional<byte[]> next() {
        try {
            Reply reply = session.connection().receive();
            asked = false;
            if (reply instanceof Reply.Array(List<Reply> items)
                    && items.size() == 3
                    && is(items.getFirst(), MESSAGE)
                    && items.getLast() instanceof Reply.Bulk(byte[] payload)) {
                return Optional.of(payload);
            }
            if (reply instanceof Reply.Array(List<Reply> items) && !items.isEmpty() && is(items.getFirst(), PONG)) {
                return Optional.empty();
            }
            throw Problem.unavailable("Redis: something other than a message came (expected: message, pong)", null);
        } catch (SocketTimeoutException e) {
            return asks(e);
        } catch (IOException e) {
            throw Problem.unavailable("Redis: " + e.getMessage(), e);
        }
    }

    private Optional<byte[]> asks(SocketTimeoutException silent) {
        if (asked) {
            throw Problem.unavailable("Redis: the server does not answer", silent);
        }
        try {
            session.connection().send(PING);
        } catch (IOException e) {
            throw Problem.unavailable("Redis: " + e.getMessage(), e);
        }
        asked = true;
        return Optional.empty();
    }

    private static boolean is(Reply reply, byte[] word) {
        return reply instanceof Reply.Bulk(byte[] bytes) && Arrays.equals(bytes, word);
    }

    @Override
    public void close() {
        session.close();
    }
}
