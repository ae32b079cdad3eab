package dev.polder.wasm.capability;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.capability.internal.RespConnection.Reply;
import dev.polder.wasm.capability.internal.ServerAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Key-value stores in a Redis of the operator's, as Spin's {@code type = "redis"} has them: the keys of a label are those
 * of the database that the address names, so each label has an address of its own; or those that begin with a prefix,
 * so that many stores live in one database. Connections are kept and shared.
 *
 * <p>Numbers of {@link #increment} are decimal text, as {@code INCRBY} has them.
 */
public final class RedisKeyValue implements KeyValueBackend {

    private static final int CONNECTIONS = 16;
    private static final int PAGE = 1_000;
    private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** Sets KEYS[1] to ARGV[3] if it has the value ARGV[2], or none when ARGV[1] is 0. */
    private static final String SWAP = "local now = redis.call('GET', KEYS[1]) "
            + "if (ARGV[1] == '0' and now == false) or (ARGV[1] == '1' and now == ARGV[2]) then "
            + "redis.call('SET', KEYS[1], ARGV[3]) return 1 end return 0";

    private record Idle(RedisSession session, long since) {}

    private final ServerAddress address;
    private final String prefix;
    private final KeyValueLimits limits;
    private final Outbound outbound;
    private final Semaphore places = new Semaphore(CONNECTIONS, true);
    private final ConcurrentLinkedDeque<Idle> idle = new ConcurrentLinkedDeque<>();

    private RedisKeyValue(ServerAddress address, String prefix, KeyValueLimits limits, Outbound outbound) {
        this.address = address;
        this.prefix = prefix;
        this.limits = limits;
        this.outbound = outbound;
    }

    /**
     * Names a server, which is connected to when it is first needed.
     *
     * @param url {@code redis://user:password@host:port/database}, or {@code rediss:} for TLS
     * @throws Problem INVALID
     */
    public static RedisKeyValue at(String url, KeyValueLimits limits, OutboundLimits outboundLimits) {
        return new RedisKeyValue(
                RedisSession.address(url), "", limits, Outbound.ofOperator(outboundLimits, Authorities.JAVA));
    }

    /** @param prefix of all keys, of letters, digits and {@code /_-} */
    static RedisKeyValue of(
            StoreLocation.Redis location, String prefix, KeyValueLimits limits, OutboundLimits outboundLimits) {
        ServerAddress address = RedisSession.address(location.url());
        if (!location.password().isEmpty()) {
            address = new ServerAddress(
                    address.scheme(),
                    location.user(),
                    location.password(),
                    address.host(),
                    address.port(),
                    address.path(),
                    address.query());
        }
        return new RedisKeyValue(address, prefix, limits, Outbound.ofOperator(outboundLimits, location.authorities()));
    }

    private <T> T call(List<byte[]> command, Function<Reply, T> result) {
        try {
            if (!places.tryAcquire(outbound.limits().callMillis(), TimeUnit.MILLISECONDS)) {
                throw Problem.unavailable("all connections to " + address + " are in use", null);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Problem(
                    Problem.Code.CANCELLED, Problem.WhoFailed.CALLER, false, "the call was cancelled", null, e);
        }
        try {
            RedisSession session = session();
            try {
                Reply reply = session.call(command);
                if (reply instanceof Reply.Failure(String message)) {
                    throw Problem.invalid("Redis: " + message);
                }
                return result.apply(reply);
            } finally {
                if (session.broken()) {
                    session.close();
                } else {
                    idle.push(new Idle(session, System.nanoTime()));
                }
            }
        } finally {
            places.release();
        }
    }

    /** One that was idle for a while may be dead without knowing it, so it is asked first. */
    private RedisSession session() {
        for (Idle kept = idle.poll(); kept != null; kept = idle.poll()) {
            if (System.nanoTime() - kept.since() < IDLE_NANOS || alive(kept.session())) {
                return kept.session();
            }
            kept.session().close();
        }
        return RedisSession.open(outbound, address);
    }

    private static boolean alive(RedisSession session) {
        try {
            return session.call(RedisSession.words("PING")) instanceof Reply.Status;
        } catch (Problem e) {
            return false; // the caller opens another one, which says why if it cannot
        }
    }

    private static Problem unexpected(Reply reply) {
        return new Problem(
                Problem.Code.BAD_UPSTREAM,
                Problem.WhoFailed.UPSTREAM,
                false,
                "Redis answered with " + reply.getClass().getSimpleName() + " (expected: another type)",
                null,
                null);
    }

    private static Optional<byte[]> bytes(Reply reply) {
        return switch (reply) {
            case Reply.Nil() -> Optional.empty();
            case Reply.Bulk(byte[] bytes) -> Optional.of(bytes);
            default -> throw unexpected(reply);
        };
    }

    private static long number(Reply reply) {
        if (reply instanceof Reply.Int(long value)) {
            return value;
        }
        throw unexpected(reply);
    }

    private static List<Reply> items(Reply reply) {
        if (reply instanceof Reply.Array(List<Reply> items)) {
            return items;
        }
        throw unexpected(reply);
    }

    @Override
    public Optional<byte[]> get(String store, String key) {
        limits.checkKey(key);
        return call(RedisSession.words("GET", prefix + key), RedisKeyValue::bytes);
    }

    @Override
    public List<Optional<byte[]>> getMany(String store, List<String> keys) {
        keys.forEach(limits::checkKey);
        return keys.isEmpty()
                ? List.of()
                : call(
                        command("MGET", keys),
                        reply -> items(reply).stream().map(RedisKeyValue::bytes).toList());
    }

    @Override
    public void set(String store, String key, byte[] value) {
        setMany(store, List.of(new Entry(key, value)));
    }

    @Override
    public void setMany(String store, List<Entry> entries) {
        if (entries.isEmpty()) {
            return;
        }
        List<byte[]> words = RedisSession.words("MSET");
        for (Entry entry : entries) {
            limits.checkKey(entry.key());
            limits.checkValue(entry.value());
            words.add((prefix + entry.key()).getBytes(StandardCharsets.UTF_8));
            words.add(entry.value());
        }
        var _ = call(words, reply -> reply);
    }

    @Override
    public void delete(String store, String key) {
        deleteMany(store, List.of(key));
    }

    @Override
    public void deleteMany(String store, List<String> keys) {
        keys.forEach(limits::checkKey);
        if (!keys.isEmpty()) {
            var _ = call(command("DEL", keys), RedisKeyValue::number);
        }
    }

    @Override
    public boolean exists(String store, String key) {
        limits.checkKey(key);
        return call(RedisSession.words("EXISTS", prefix + key), RedisKeyValue::number) == 1;
    }

    @Override
    public Page keys(String store, Optional<String> cursor) {
        String from = cursor.orElse("0");
        if (!from.matches("[0-9]{1,20}")) {
            throw Problem.invalid("cursor (expected: one that a listing gave)");
        }
        return call(RedisSession.words("SCAN", from, "MATCH", prefix + "*", "COUNT", Integer.toString(PAGE)), reply -> {
            List<Reply> pair = items(reply);
            String next = new String(bytes(pair.getFirst()).orElse(new byte[] {'0'}), StandardCharsets.US_ASCII);
            List<String> keys = new ArrayList<>();
            for (Reply item : items(pair.getLast())) {
                bytes(item)
                        .ifPresent(bytes ->
                                keys.add(new String(bytes, StandardCharsets.UTF_8).substring(prefix.length())));
            }
            return new Page(keys, next.equals("0") ? Optional.empty() : Optional.of(next));
        });
    }

    @Override
    public long increment(String store, String key, long delta) {
        limits.checkKey(key);
        return call(RedisSession.words("INCRBY", prefix + key, Long.toString(delta)), RedisKeyValue::number);
    }

    @Override
    public boolean swap(String store, String key, Optional<byte[]> expected, byte[] value) {
        limits.checkKey(key);
        limits.checkValue(value);
        List<byte[]> words = RedisSession.words("EVAL", SWAP, "1", prefix + key, expected.isPresent() ? "1" : "0");
        words.add(expected.orElse(new byte[0]));
        words.add(value);
        return call(words, RedisKeyValue::number) == 1;
    }

    private List<byte[]> command(String name, List<String> keys) {
        List<byte[]> words = RedisSession.words(name);
        keys.forEach(key -> words.add((prefix + key).getBytes(StandardCharsets.UTF_8)));
        return words;
    }

    @Override
    public void close() {
        for (Idle kept = idle.poll(); kept != null; kept = idle.poll()) {
            kept.session().close();
        }
    }
}
