package dev.polder.wasm.event.internal;

import dev.polder.kernel.model.Problem;
import dev.polder.kernel.store.Database;
import dev.polder.wasm.capability.MessageBroker;
import dev.polder.wasm.capability.MessageBroker.Message;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The broker inside Polder: the apps of a namespace reach each other by subjects. A message is kept in the database for
 * each subscription that its subject matches, until it was handled; a message that nobody listens to is gone at once. Each
 * subscription is bounded: when it is full, the sender is refused. Blocks; for any thread of one process.
 */
public final class LocalBroker {

    private static final int KEPT = 10_000;
    private static final long KEPT_BYTES = 64L << 20;
    private static final String INBOX = "_INBOX.";
    private static final int INBOX_MESSAGES = 128;

    private record Subscription(String id, String namespace, String pattern) {}

    /** A message that was not handled yet. */
    record Kept(long id, Message message) {}

    private final Database database;
    private final Clock clock;
    private final int payloadBytes;
    private final Ids ids;
    private final Map<String, Subscription> subscriptions = new ConcurrentHashMap<>();
    private final Map<String, BlockingQueue<Message>> inboxes = new ConcurrentHashMap<>();
    private final Object news = new Object();
    private long edition;

    /** The tables are there already: {@code database.migrate("event")}. */
    public LocalBroker(Database database, Clock clock, int payloadBytes) {
        this.database = database;
        this.clock = clock;
        this.payloadBytes = payloadBytes;
        this.ids = new Ids(database, "event_messages");
        for (Subscription kept : database.<List<Subscription>>read(LocalBroker::subscriptions)) {
            subscriptions.put(kept.id, kept);
        }
    }

    private static List<Subscription> subscriptions(Connection connection) throws SQLException {
        List<Subscription> found = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT id, namespace, pattern FROM event_subscriptions")) {
            while (row.next()) {
                found.add(new Subscription(row.getString(1), row.getString(2), row.getString(3)));
            }
        }
        return found;
    }

    /** The broker of the apps of one namespace. */
    public MessageBroker of(String namespace) {
        return new MessageBroker() {
            @Override
            public void publish(Message message) {
                LocalBroker.this.publish(namespace, message);
            }

            @Override
            public List<Message> request(Message message, Duration timeout, int replies) {
                return LocalBroker.this.request(namespace, message, timeout, replies);
            }
        };
    }

    /** @throws Problem INVALID or TOO_LARGE */
    static void check(Message message, int payloadBytes) {
        if (!MessageBroker.isSubject(message.subject())) {
            throw Problem.invalid("subject: \"" + shown(message.subject()) + "\" (expected: words joined by dots)");
        }
        message.replyTo().filter(subject -> !MessageBroker.isSubject(subject)).ifPresent(subject -> {
            throw Problem.invalid("reply subject: \"" + shown(subject) + "\" (expected: words joined by dots)");
        });
        long bytes = message.body().length;
        for (MessageBroker.Header header : message.metadata()) {
            bytes += header.name().length() + (long) header.value().length();
        }
        if (bytes > payloadBytes) {
            throw Problem.tooLarge("a message of " + bytes + " bytes (expected: at most " + payloadBytes + ")");
        }
    }

    static Problem noAnswer(String subject, Duration timeout) {
        return new Problem(
                Problem.Code.DEADLINE,
                Problem.WhoFailed.UPSTREAM,
                true,
                "no answer from \"" + subject + "\" (expected: one within " + timeout.toMillis() + " ms)",
                null,
                null);
    }

    private static String shown(String text) {
        return text.length() <= 80 ? text : text.substring(0, 80) + "…";
    }

    private void publish(String namespace, Message message) {
        check(message, payloadBytes);
        BlockingQueue<Message> inbox = inboxes.get(namespace + " " + message.subject());
        if (inbox != null) {
            inbox.offer(message); // answers beyond those awaited are nobody's
            return;
        }
        List<String> to = subscriptions.values().stream()
                .filter(each -> each.namespace.equals(namespace) && Subject.matches(each.pattern, message.subject()))
                .map(Subscription::id)
                .toList();
        if (to.isEmpty()) {
            return;
        }
        int _ = database.<Integer>write(connection -> {
            for (String subscription : to) {
                refuseFull(connection, subscription, message);
                insert(connection, subscription, message);
            }
            return to.size();
        });
        wake();
    }

    private static void refuseFull(Connection connection, String subscription, Message message) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                "SELECT COUNT(*), COALESCE(SUM(bytes), 0) FROM event_messages WHERE subscription = ?")) {
            select.setString(1, subscription);
            try (ResultSet row = select.executeQuery()) {
                if (row.next() && (row.getLong(1) >= KEPT || row.getLong(2) + message.body().length > KEPT_BYTES)) {
                    throw Problem.unavailable(
                            "a listener to \"" + shown(message.subject()) + "\" has " + row.getLong(1)
                                    + " messages waiting (expected: fewer than " + KEPT + ", and " + KEPT_BYTES
                                    + " bytes)",
                            null);
                }
            }
        }
    }

    private void insert(Connection connection, String subscription, Message message) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO event_messages (id, subscription, subject, reply_to, metadata, payload, bytes, at)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?, ?)")) {
            insert.setLong(1, ids.next());
            insert.setString(2, subscription);
            Rows.set(insert, 3, message);
            insert.setLong(7, message.body().length);
            insert.setLong(8, clock.millis());
            insert.executeUpdate();
        }
    }

    private List<Message> request(String namespace, Message message, Duration timeout, int replies) {
        String inbox = INBOX + UUID.randomUUID();
        BlockingQueue<Message> answers = new ArrayBlockingQueue<>(INBOX_MESSAGES);
        inboxes.put(namespace + " " + inbox, answers);
        try {
            publish(namespace, new Message(message.subject(), message.body(), Optional.of(inbox), message.metadata()));
            List<Message> got = new ArrayList<>();
            long end = System.nanoTime() + timeout.toNanos();
            while (got.size() < replies) {
                Message answer = answers.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS);
                if (answer == null) {
                    break;
                }
                got.add(answer);
            }
            if (got.isEmpty()) {
                throw noAnswer(shown(message.subject()), timeout);
            }
            return got;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw noAnswer(shown(message.subject()), timeout);
        } finally {
            inboxes.remove(namespace + " " + inbox);
        }
    }

    /** Begins to keep the messages of a subject, if it does not yet. */
    void subscribe(String id, String namespace, String pattern) {
        Subscription wanted = new Subscription(id, namespace, pattern);
        if (wanted.equals(subscriptions.get(id))) {
            return;
        }
        int _ = database.<Integer>write(connection -> {
            try (PreparedStatement insert = connection.prepareStatement("""
                    INSERT INTO event_subscriptions (id, namespace, pattern) VALUES (?, ?, ?)
                    ON CONFLICT (id) DO UPDATE SET namespace = excluded.namespace, pattern = excluded.pattern
                    """)) {
                insert.setString(1, id);
                insert.setString(2, namespace);
                insert.setString(3, pattern);
                return insert.executeUpdate();
            }
        });
        subscriptions.put(id, wanted);
    }

    /** Forgets a subscription and what was kept for it. */
    void unsubscribe(String id) {
        subscriptions.remove(id);
        int _ = database.<Integer>write(connection -> {
            int deleted = 0;
            for (String sql : List.of(
                    "DELETE FROM event_subscriptions WHERE id = ?",
                    "DELETE FROM event_messages WHERE subscription = ?")) {
                try (PreparedStatement delete = connection.prepareStatement(sql)) {
                    delete.setString(1, id);
                    deleted += delete.executeUpdate();
                }
            }
            return deleted;
        });
    }

    /** The oldest message of a subscription that is not one of those, or null. */
    @Nullable
    Kept next(String subscription, Set<Long> taken) {
        return database.<@Nullable Kept>read(connection -> {
            try (PreparedStatement select = connection.prepareStatement(
                    "SELECT * FROM event_messages WHERE subscription = ? ORDER BY id LIMIT ?")) {
                select.setString(1, subscription);
                select.setInt(2, taken.size() + 1);
                try (ResultSet row = select.executeQuery()) {
                    while (row.next()) {
                        if (!taken.contains(row.getLong("id"))) {
                            return new Kept(row.getLong("id"), Rows.get(row));
                        }
                    }
                    return null;
                }
            }
        });
    }

    /** A message was handled. */
    void done(long id) {
        int _ = database.<Integer>write(connection -> {
            try (PreparedStatement delete = connection.prepareStatement("DELETE FROM event_messages WHERE id = ?")) {
                delete.setLong(1, id);
                return delete.executeUpdate();
            }
        });
    }

    /** How often something was published or {@link #wake} was called. */
    long edition() {
        synchronized (news) {
            return edition;
        }
    }

    /** Waits until the edition is another one, at most this long. */
    void await(long seen, long millis) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        synchronized (news) {
            for (long left = millis; edition == seen && left > 0; ) {
                news.wait(left);
                left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
            }
        }
    }

    void wake() {
        synchronized (news) {
            edition++;
            news.notifyAll();
        }
    }
}
