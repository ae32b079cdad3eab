package dev.polder.wasm.capability;

import dev.polder.kernel.model.Problem;
import io.nats.client.Connection;
import io.nats.client.ErrorListener;
import io.nats.client.JetStreamApiException;
import io.nats.client.KeyValue;
import io.nats.client.KeyValueManagement;
import io.nats.client.KeyValueOptions;
import io.nats.client.Options;
import io.nats.client.api.KeyValueConfiguration;
import io.nats.client.api.KeyValueEntry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A key-value store in a bucket of NATS JetStream, which is made when it is not there. Keys that NATS has no way to write
 * are {@code =} and their base64url. The connection is made when it is first needed, kept, and made again when it broke.
 *
 * <p>Numbers of {@link #increment} are decimal text. Source: the NATS documentation and ADR-8.
 */
public final class NatsKeyValue implements KeyValueBackend {

    private static final Logger LOG = LoggerFactory.getLogger(NatsKeyValue.class);
    private static final int PAGE = 1_000;
    private static final int ATTEMPTS = 1_000;
    private static final int WRONG_REVISION = 10071;
    private static final int NO_BUCKET = 404;
    private static final Duration CONNECT = Duration.ofSeconds(2);
    private static final Duration CALL = Duration.ofSeconds(2);
    private static final Pattern PLAIN = Pattern.compile("[-/_a-zA-Z0-9]([-/_.a-zA-Z0-9]*[-/_a-zA-Z0-9])?");

    private final StoreLocation.Nats location;
    private final String bucket;
    private final KeyValueLimits limits;
    private final ReentrantLock opening = new ReentrantLock();
    private volatile @Nullable Connection connection;
    private volatile @Nullable KeyValue store;

    NatsKeyValue(StoreLocation.Nats location, String bucket, KeyValueLimits limits) {
        this.location = location;
        this.bucket = bucket;
        this.limits = limits;
    }

    private interface Work<T extends @Nullable Object> {
        T on(KeyValue store) throws IOException, JetStreamApiException, InterruptedException;
    }

    private <T extends @Nullable Object> T call(Work<T> work) {
        try {
            return work.on(store());
        } catch (IOException | IllegalStateException e) {
            throw Problem.unavailable(location + " cannot be reached: " + e.getMessage(), e);
        } catch (JetStreamApiException e) {
            throw Problem.unavailable(location + ": " + e.getMessage(), e);
        } catch (IllegalArgumentException e) {
            throw Problem.tooLarge(location + ": " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Problem(
                    Problem.Code.CANCELLED, Problem.WhoFailed.CALLER, false, "the call was cancelled", null, e);
        }
    }

    private KeyValue store() throws IOException, InterruptedException, JetStreamApiException {
        KeyValue known = store;
        if (known != null) {
            return known;
        }
        opening.lockInterruptibly();
        try {
            KeyValue made = store;
            if (made == null) {
                made = open();
                store = made;
            }
            return made;
        } finally {
            opening.unlock();
        }
    }

    private KeyValue open() throws IOException, InterruptedException, JetStreamApiException {
        Connection made = connection;
        if (made == null) {
            Options.Builder options = new Options.Builder()
                    .server(location.url())
                    .connectionTimeout(CONNECT)
                    .maxReconnects(-1)
                    .reconnectBufferSize(0);
            if (location.url().startsWith("tls:")) {
                options.sslContext(location.authorities().tls(location.host()));
            }
            if (!location.user().isEmpty()) {
                options.userInfo(location.user(), location.password());
            } else if (!location.password().isEmpty()) {
                options.token(location.password().toCharArray());
            }
            made = NatsConnecting.connect(options, new Told());
            connection = made;
        }
        KeyValueManagement management = made.keyValueManagement();
        try {
            management.getStatus(bucket);
        } catch (JetStreamApiException e) {
            if (e.getErrorCode() != NO_BUCKET) {
                throw e;
            }
            management.create(KeyValueConfiguration.builder().name(bucket).build());
        }
        return made.keyValue(
                bucket, KeyValueOptions.builder().jsRequestTimeout(CALL).build());
    }

    /** What the client does by itself goes to the log; what a call meets is in its answer. */
    private final class Told implements ErrorListener {
        @Override
        public void errorOccurred(Connection from, String error) {
            LOG.warn("{}: {}", location, error);
        }

        @Override
        public void exceptionOccurred(Connection from, Exception e) {
            LOG.debug("{}: {}", location, e.toString());
        }
    }

    private String name(String key) {
        limits.checkKey(key);
        return PLAIN.matcher(key).matches()
                ? key
                : "=" + Base64.getUrlEncoder().withoutPadding().encodeToString(key.getBytes(StandardCharsets.UTF_8));
    }

    private static String key(String name) {
        return name.startsWith("=")
                ? new String(Base64.getUrlDecoder().decode(name.substring(1)), StandardCharsets.UTF_8)
                : name;
    }

    private static byte[] value(KeyValueEntry entry) {
        byte[] value = entry.getValue();
        return value == null ? new byte[0] : value;
    }

    @Override
    public Optional<byte[]> get(String label, String key) {
        String name = name(key);
        return call(from -> Optional.ofNullable(from.get(name)).map(NatsKeyValue::value));
    }

    @Override
    public List<Optional<byte[]>> getMany(String label, List<String> keys) {
        return keys.stream().map(key -> get(label, key)).toList();
    }

    @Override
    public void set(String label, String key, byte[] value) {
        limits.checkValue(value);
        String name = name(key);
        call(to -> to.put(name, value));
    }

    /** Not all at once: NATS has no transaction over keys. */
    @Override
    public void setMany(String label, List<Entry> entries) {
        entries.forEach(entry -> {
            limits.checkValue(entry.value());
            var _ = name(entry.key());
        });
        entries.forEach(entry -> set(label, entry.key(), entry.value()));
    }

    @Override
    public void delete(String label, String key) {
        String name = name(key);
        call(from -> {
            from.delete(name);
            return true;
        });
    }

    @Override
    public void deleteMany(String label, List<String> keys) {
        keys.forEach(key -> delete(label, key));
    }

    @Override
    public boolean exists(String label, String key) {
        return get(label, key).isPresent();
    }

    @Override
    public Page keys(String label, Optional<String> cursor) {
        List<String> names = new ArrayList<>(call(KeyValue::keys));
        Collections.sort(names);
        List<String> rest = names.stream()
                .filter(name -> cursor.isEmpty() || name.compareTo(cursor.get()) > 0)
                .limit(PAGE + 1L)
                .toList();
        List<String> page = rest.subList(0, Math.min(PAGE, rest.size()));
        return new Page(
                page.stream().map(NatsKeyValue::key).toList(),
                rest.size() > PAGE ? Optional.of(page.getLast()) : Optional.empty());
    }

    @Override
    public long increment(String label, String key, long delta) {
        String name = name(key);
        return call(at -> {
            for (int i = 0; i < ATTEMPTS; i++) {
                KeyValueEntry now = at.get(name);
                long next;
                try {
                    String text = now == null ? "0" : new String(value(now), StandardCharsets.US_ASCII);
                    next = Math.addExact(Long.parseLong(text), delta);
                } catch (NumberFormatException | ArithmeticException e) {
                    throw Problem.invalid("the value is no number that can be added to");
                }
                if (replace(at, name, now, Long.toString(next).getBytes(StandardCharsets.US_ASCII))) {
                    return next;
                }
            }
            throw Problem.unavailable("the key is written by too many at once", null);
        });
    }

    @Override
    public boolean swap(String label, String key, Optional<byte[]> expected, byte[] value) {
        limits.checkValue(value);
        String name = name(key);
        return call(at -> {
            KeyValueEntry now = at.get(name);
            boolean same = now == null
                    ? expected.isEmpty()
                    : expected.isPresent() && Arrays.equals(value(now), expected.get());
            return same && replace(at, name, now, value);
        });
    }

    /** Writes only if nobody wrote since {@code now} was read; that a key was never there counts as written before. */
    private static boolean replace(KeyValue at, String name, @Nullable KeyValueEntry now, byte[] value)
            throws IOException, JetStreamApiException, InterruptedException {
        try {
            if (now == null) {
                at.create(name, value);
            } else {
                at.update(name, value, now.getRevision());
            }
            return true;
        } catch (JetStreamApiException e) {
            if (e.getApiErrorCode() == WRONG_REVISION) {
                return false;
            }
            throw e;
        }
    }

    @Override
    public void close() {
        opening.lock();
        try {
            Connection made = connection;
            connection = null;
            store = null;
            if (made != null) {
                made.close();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            opening.unlock();
        }
    }
}
