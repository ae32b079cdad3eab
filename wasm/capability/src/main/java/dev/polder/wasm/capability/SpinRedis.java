package dev.polder.wasm.capability;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.capability.internal.RespConnection.Reply;
import dev.polder.wasm.capability.internal.ServerAddress;
import dev.polder.wasm.component.HostInterface;
import dev.polder.wasm.component.HostResource;
import dev.polder.wasm.component.Result;
import dev.polder.wasm.component.Wit;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** {@code fermyon:spin/redis@2.0.0} of one instance. */
public final class SpinRedis implements Connections {

    /** How the linker finds it. */
    public static final HostInterface INTERFACE =
            HostInterface.of("fermyon:spin/redis", "2.0.0", SpinRedis.class).resource("connection", Connection.class);

    /** {@code variant error}. */
    public sealed interface Failure {
        record InvalidAddress() implements Failure {}

        record TooManyConnections() implements Failure {}

        record TypeError() implements Failure {}

        record Other(String message) implements Failure {}
    }

    /** {@code variant redis-parameter}. */
    public sealed interface RedisParameter {
        record Int64(long value) implements RedisParameter {}

        @SuppressWarnings("ArrayRecordComponent") // bytes of a payload; never compared
        record Binary(byte[] value) implements RedisParameter {}
    }

    /** {@code variant redis-result}. */
    public sealed interface RedisResult {
        record Nil() implements RedisResult {}

        record Status(String value) implements RedisResult {}

        record Int64(long value) implements RedisResult {}

        @SuppressWarnings("ArrayRecordComponent") // bytes of a payload; never compared
        record Binary(byte[] value) implements RedisResult {}
    }

    private final Outbound outbound;
    private final Set<Connection> open = new HashSet<>();

    public SpinRedis(Outbound outbound) {
        this.outbound = outbound;
    }

    /** A host that is not allowed is an invalid address, as in Spin. */
    @Wit("[static]connection.open")
    public Result<Connection, Failure> open(String address) {
        ServerAddress server;
        try {
            server = RedisSession.address(address);
        } catch (Problem e) {
            return Result.err(new Failure.InvalidAddress());
        }
        if (!outbound.take()) {
            return Result.err(new Failure.TooManyConnections());
        }
        try {
            Connection connection = new Connection(RedisSession.open(outbound, server));
            open.add(connection);
            return Result.ok(connection);
        } catch (Problem e) {
            outbound.giveBack();
            return Result.err(
                    e.code() == Problem.Code.FORBIDDEN ? new Failure.InvalidAddress() : new Failure.Other(e.detail()));
        }
    }

    /** {@code resource connection}. */
    public final class Connection implements HostResource {
        private final RedisSession session;

        private Connection(RedisSession session) {
            this.session = session;
        }

        @Wit("publish")
        public Result<@Nullable Void, Failure> publish(String channel, byte[] payload) {
            return SpinRedis.<@Nullable Void>call(session, command("PUBLISH", channel, payload), _ -> null);
        }

        @Wit("get")
        public Result<Optional<byte[]>, Failure> get(String key) {
            return call(session, command("GET", key), reply -> Optional.ofNullable(bytes(reply)));
        }

        @Wit("set")
        public Result<@Nullable Void, Failure> set(String key, byte[] value) {
            return SpinRedis.<@Nullable Void>call(session, command("SET", key, value), _ -> null);
        }

        @Wit("incr")
        public Result<Long, Failure> incr(String key) {
            return call(session, command("INCR", key), SpinRedis::number);
        }

        @Wit("del")
        public Result<Long, Failure> del(List<String> keys) {
            return keys.isEmpty() ? Result.ok(0L) : call(session, command("DEL", keys), SpinRedis::number);
        }

        @Wit("sadd")
        public Result<Long, Failure> sadd(String key, List<String> values) {
            return values.isEmpty()
                    ? Result.ok(0L)
                    : call(session, command("SADD", with(key, values)), SpinRedis::number);
        }

        @Wit("smembers")
        public Result<List<String>, Failure> smembers(String key) {
            return call(session, command("SMEMBERS", key), reply -> {
                List<String> members = new ArrayList<>();
                for (Reply item : items(reply)) {
                    byte[] bytes = bytes(item);
                    if (bytes != null) {
                        members.add(new String(bytes, StandardCharsets.UTF_8));
                    }
                }
                return members;
            });
        }

        @Wit("srem")
        public Result<Long, Failure> srem(String key, List<String> values) {
            return values.isEmpty()
                    ? Result.ok(0L)
                    : call(session, command("SREM", with(key, values)), SpinRedis::number);
        }

        /** Arrays in the reply are flattened, as in Spin. */
        @Wit("execute")
        public Result<List<RedisResult>, Failure> execute(String command, List<RedisParameter> arguments) {
            List<byte[]> words = new ArrayList<>();
            for (String word : command.strip().split("\\s+")) {
                words.add(word.getBytes(StandardCharsets.UTF_8));
            }
            for (RedisParameter argument : arguments) {
                words.add(
                        switch (argument) {
                            case RedisParameter.Int64(long value) ->
                                Long.toString(value).getBytes(StandardCharsets.US_ASCII);
                            case RedisParameter.Binary(byte[] value) -> value;
                        });
            }
            return call(session, words, reply -> {
                List<RedisResult> results = new ArrayList<>();
                flatten(reply, results);
                return results;
            });
        }

        @Override
        public void drop() {
            if (open.remove(this)) {
                session.close();
                outbound.giveBack();
            }
        }
    }

    private static <T extends @Nullable Object> Result<T, Failure> call(
            RedisSession session, List<byte[]> command, Function<Reply, T> result) {
        try {
            Reply reply = session.call(command);
            return reply instanceof Reply.Failure(String message)
                    ? Result.err(isTypeError(message) ? new Failure.TypeError() : new Failure.Other(message))
                    : Result.ok(result.apply(reply));
        } catch (UnexpectedReply e) {
            return Result.err(new Failure.TypeError());
        } catch (Problem e) {
            return Result.err(new Failure.Other(e.detail()));
        }
    }

    private static boolean isTypeError(String message) {
        String lower = message.toLowerCase(Locale.ROOT);
        return lower.startsWith("wrongtype") || lower.contains("not an integer");
    }

    /** A reply of another type than the command has. */
    private static final class UnexpectedReply extends RuntimeException {
        private static final long serialVersionUID = 1L;

        UnexpectedReply(Reply reply) {
            super(reply.getClass().getSimpleName());
        }
    }

    private static long number(Reply reply) {
        if (reply instanceof Reply.Int(long value)) {
            return value;
        }
        throw new UnexpectedReply(reply);
    }

    private static byte @Nullable [] bytes(Reply reply) {
        return switch (reply) {
            case Reply.Nil() -> null;
            case Reply.Bulk(byte[] bytes) -> bytes;
            default -> throw new UnexpectedReply(reply);
        };
    }

    private static List<Reply> items(Reply reply) {
        if (reply instanceof Reply.Array(List<Reply> items)) {
            return items;
        }
        throw new UnexpectedReply(reply);
    }

    private static void flatten(Reply reply, List<RedisResult> results) {
        switch (reply) {
            case Reply.Nil() -> results.add(new RedisResult.Nil());
            case Reply.Status(String text) -> results.add(new RedisResult.Status(text));
            case Reply.Int(long value) -> results.add(new RedisResult.Int64(value));
            case Reply.Bulk(byte[] bytes) -> results.add(new RedisResult.Binary(bytes));
            case Reply.Array(List<Reply> items) -> items.forEach(item -> flatten(item, results));
            case Reply.Failure(String message) -> results.add(new RedisResult.Status(message)); // inside of an array
        }
    }

    private static List<String> with(String key, List<String> values) {
        List<String> words = new ArrayList<>();
        words.add(key);
        words.addAll(values);
        return words;
    }

    private static List<byte[]> command(String name, String key) {
        return RedisSession.words(name, key);
    }

    private static List<byte[]> command(String name, String key, byte[] value) {
        List<byte[]> words = RedisSession.words(name, key);
        words.add(value);
        return words;
    }

    private static List<byte[]> command(String name, List<String> arguments) {
        return RedisSession.words(with(name, arguments).toArray(String[]::new));
    }

    /** Closes the connections that the guest left open. */
    @Override
    public void close() {
        List.copyOf(open).forEach(Connection::drop);
    }
}
