package dev.polder.kernel.store;

import dev.polder.kernel.model.Problem;
import dev.polder.kernel.model.Resource;
import dev.polder.kernel.model.ResourceKey;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Resources and their changes in SQL; one text of each statement for both databases. */
final class SqlResourceStore implements ResourceStore {

    /** Above etcd's limit for one object, 1.5 MiB, so what a cluster takes is taken here. */
    private static final int MAX_DOCUMENT_CHARS = 3 * 1024 * 1024;

    private record Written(List<Resource> resources, long last) {}

    private final Database database;
    private final ChangeFeed feed;

    private SqlResourceStore(Database database, ChangeFeed feed) {
        this.database = database;
        this.feed = feed;
    }

    static SqlResourceStore open(Database database, FeedLimits limits) {
        database.migrate("resources");
        return new SqlResourceStore(database, ChangeFeed.start(database, limits));
    }

    @Override
    public Optional<Resource> get(ResourceKey key) {
        return database.read(connection -> ResourceRows.find(connection, key));
    }

    @Override
    public Listing list(String group, String kind, @Nullable String namespace) {
        return database.read(connection ->
                new Listing(ResourceRows.list(connection, group, kind, namespace), ChangeRows.last(connection)));
    }

    @Override
    public Resource apply(Resource resource) {
        return applyAll(List.of(resource)).getFirst();
    }

    @Override
    public List<Resource> applyAll(List<Resource> resources) {
        return write(connection -> {
            ChangeRows.Numbers numbers = ChangeRows.lock(connection);
            List<Resource> stored = new ArrayList<>(resources.size());
            for (Resource resource : resources) {
                stored.add(applyOne(connection, numbers, resource));
            }
            return new Written(stored, ChangeRows.finish(connection, numbers, database.dialect()));
        });
    }

    private static Resource applyOne(Connection connection, ChangeRows.Numbers numbers, Resource wanted)
            throws SQLException {
        ResourceKey key = wanted.key();
        Optional<Resource> before = ResourceRows.find(connection, key);
        requireVersion(key, wanted.metadata().resourceVersion(), before);
        ObjectNode fields = canonical(wanted.fields());
        if (before.isPresent() && same(before.get(), wanted, fields)) {
            return before.get();
        }
        boolean meaning = before.isEmpty() || !before.get().fields().equals(fields);
        Resource stored = new Resource(
                wanted.apiVersion(),
                wanted.kind(),
                wanted.metadata()
                        .stored(
                                before.map(r -> r.metadata().uid())
                                        .orElseGet(() -> UUID.randomUUID().toString()),
                                numbers.next(),
                                before.map(r -> r.metadata().generation()).orElse(0L) + (meaning ? 1 : 0),
                                before.isPresent()
                                        ? before.get().metadata().creationTimestamp()
                                        : Instant.now().truncatedTo(ChronoUnit.MILLIS)),
                fields,
                before.map(Resource::status).orElseGet(JsonNodeFactory.instance::objectNode));
        store(connection, stored, before.isPresent() ? ResourceEvent.Type.MODIFIED : ResourceEvent.Type.ADDED);
        return stored;
    }

    private static void requireVersion(ResourceKey key, long expected, Optional<Resource> stored) {
        if (expected <= 0) {
            return;
        }
        long actual = stored.map(r -> r.metadata().resourceVersion()).orElse(0L);
        if (actual != expected) {
            throw Problem.conflict(key + ": resourceVersion " + expected
                    + (actual == 0 ? ", but it is not there" : " (expected: " + actual + "; read it again)"));
        }
    }

    /** As it will be read back; a tree in memory may hold the same number in another type. */
    private static ObjectNode canonical(JsonNode tree) {
        return (ObjectNode) ResourceRows.JSON.readTree(ResourceRows.JSON.writeValueAsString(tree));
    }

    private static boolean same(Resource before, Resource wanted, ObjectNode fields) {
        return before.apiVersion().equals(wanted.apiVersion())
                && before.metadata().labels().equals(wanted.metadata().labels())
                && before.metadata().annotations().equals(wanted.metadata().annotations())
                && before.fields().equals(fields);
    }

    private static void store(Connection connection, Resource resource, ResourceEvent.Type type) throws SQLException {
        String document = ResourceRows.document(resource);
        if (document.length() > MAX_DOCUMENT_CHARS) {
            throw Problem.tooLarge(resource.key() + ": " + document.length() + " characters (expected: at most "
                    + MAX_DOCUMENT_CHARS + ")");
        }
        ResourceRows.write(connection, resource);
        ChangeRows.add(connection, resource, type, document);
    }

    @Override
    public Resource applyStatus(ResourceKey key, ObjectNode status) {
        return write(connection -> {
                    ChangeRows.Numbers numbers = ChangeRows.lock(connection);
                    Resource before =
                            ResourceRows.find(connection, key).orElseThrow(() -> Problem.notFound(key + ": not there"));
                    ObjectNode wanted = canonical(status);
                    Resource after = before;
                    if (!before.status().equals(wanted)) {
                        Resource.Metadata metadata = before.metadata();
                        after = before.withStatus(wanted).with(metadata.at(numbers.next()));
                        store(connection, after, ResourceEvent.Type.MODIFIED);
                    }
                    return new Written(List.of(after), ChangeRows.finish(connection, numbers, database.dialect()));
                })
                .getFirst();
    }

    @Override
    public boolean delete(ResourceKey key, long expectedVersion) {
        return !write(connection -> {
                    ChangeRows.Numbers numbers = ChangeRows.lock(connection);
                    Optional<Resource> before = ResourceRows.find(connection, key);
                    requireVersion(key, expectedVersion, before);
                    if (before.isPresent()) {
                        Resource.Metadata metadata = before.get().metadata();
                        Resource gone = before.get().with(metadata.at(numbers.next()));
                        ResourceRows.delete(connection, key);
                        ChangeRows.add(connection, gone, ResourceEvent.Type.DELETED, ResourceRows.document(gone));
                    }
                    return new Written(
                            before.map(List::of).orElseGet(List::of),
                            ChangeRows.finish(connection, numbers, database.dialect()));
                })
                .isEmpty();
    }

    private List<Resource> write(Database.Work<Written> work) {
        Written written = database.write(work);
        feed.advance(written.last());
        return written.resources();
    }

    @Override
    public Watch watch(String group, String kind, long fromVersion, Consumer<ResourceEvent> consumer) {
        return feed.watch(group, kind, fromVersion, consumer);
    }

    /** Ends the watches; the database belongs to whoever opened it. */
    @Override
    public void close() {
        feed.close();
    }
}
