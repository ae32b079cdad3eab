package dev.polder.wasm.capability;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.capability.internal.RespConnection;
import dev.polder.wasm.capability.internal.RespConnection.Reply;
import dev.polder.wasm.capability.internal.ServerAddress;
import dev.polder.wasm.engine.GuestExecutor;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A connection to the Redis of an address, logged in and in its database. For one thread at a time. */
final class RedisSession implements AutoCloseable {

    private final RespConnection connection;

    private RedisSession(RespConnection connection) {
        this.connection = connection;
    }

    /** @throws Problem INVALID for what is no address of Redis */
    static ServerAddress address(String text) {
        ServerAddress address = ServerAddress.parse(text);
        boolean redis = address.scheme().equals("redis") || address.scheme().equals("rediss");
        if (!redis || !address.path().matches("[0-9]{0,5}")) {
            throw Problem.invalid("address (expected: redis://user:password@host:port/database)");
        }
        return address;
    }

    /** @throws Problem as {@link Outbound#connect}; UNAUTHENTICATED or BAD_UPSTREAM as the server says */
    static RedisSession open(Outbound outbound, ServerAddress address) {
        Socket socket = outbound.connect(
                address.scheme(),
                address.host(),
                address.port(),
                address.scheme().equals("rediss"));
        try {
            RedisSession session = new RedisSession(
                    new RespConnection(socket, outbound.limits().replyBytes()));
            String password = address.password();
            String user = address.user();
            if (password != null && user != null && !user.isEmpty()) {
                session.require(words("AUTH", user, password));
            } else if (password != null) {
                session.require(words("AUTH", password));
            }
            if (!address.path().isEmpty() && !address.path().equals("0")) {
                session.require(words("SELECT", address.path()));
            }
            return session;
        } catch (IOException e) {
            Outbound.close(socket);
            throw Problem.unavailable(address + " cannot be used: " + e.getMessage(), e);
        } catch (Problem e) {
            Outbound.close(socket);
            throw e;
        }
    }

    private void require(List<byte[]> command) throws IOException {
        if (connection.call(command) instanceof Reply.Failure(String message)) {
            throw new Problem(
                    Problem.Code.BAD_UPSTREAM, Problem.WhoFailed.UPSTREAM, false, "Redis: " + message, null, null);
        }
    }

    RespConnection connection() {
        return connection;
    }

    boolean broken() {
        return connection.broken();
    }

    /** @throws Problem UNAVAILABLE when the connection broke */
    Reply call(List<byte[]> command) {
        try {
            return GuestExecutor.blocking(() -> connection.call(command));
        } catch (IOException e) {
            throw Problem.unavailable("Redis: " + e.getMessage(), e);
        }
    }

    static List<byte[]> words(String... words) {
        List<byte[]> command = new ArrayList<>(words.length);
        for (String word : words) {
            command.add(word.getBytes(StandardCharsets.UTF_8));
        }
        return command;
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (IOException e) {
            throw new IllegalStateException("a socket could not be closed", e);
        }
    }
}
