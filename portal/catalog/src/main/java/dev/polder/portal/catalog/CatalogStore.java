package dev.polder.portal.catalog;

import dev.polder.kernel.model.Problem;
import dev.polder.kernel.store.Database;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The catalogue's tables. Blocking; nothing on a request path but registering comes here. */
final class CatalogStore {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String LOCATION_COLUMNS = "SELECT id, type, target, entity_ref FROM catalog_location ";

    private final Database database;

    CatalogStore(Database database) {
        this.database = database;
        database.migrate("catalog");
    }

    List<RegisteredLocation> locations() {
        return database.read(connection -> {
            try (PreparedStatement select = connection.prepareStatement(LOCATION_COLUMNS + "ORDER BY created_at, id")) {
                return locations(select);
            }
        });
    }

    private static List<RegisteredLocation> locations(PreparedStatement select) throws SQLException {
        List<RegisteredLocation> found = new ArrayList<>();
        try (ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                found.add(new RegisteredLocation(
                        rows.getString(1), rows.getString(2), rows.getString(3), rows.getString(4)));
            }
        }
        return found;
    }

    /**
     * Adds a location; answers the one that is there already when there is one.
     *
     * @param existing told whether it was there
     */
    RegisteredLocation add(LocationSpec spec, Runnable existing) {
        return database.write(connection -> {
            Optional<RegisteredLocation> there = find(connection, spec);
            if (there.isPresent()) {
                existing.run();
                return there.get();
            }
            RegisteredLocation added = new RegisteredLocation(
                    UUID.randomUUID().toString(), spec.type(), spec.target(), Root.entityRefOf(spec));
            try (PreparedStatement insert = connection.prepareStatement(
                    "INSERT INTO catalog_location (id, type, target, entity_ref, created_at) VALUES (?, ?, ?, ?, ?)")) {
                insert.setString(1, added.id());
                insert.setString(2, added.type());
                insert.setString(3, added.target());
                insert.setString(4, added.entityRef());
                insert.setLong(5, System.currentTimeMillis());
                insert.executeUpdate();
            }
            return added;
        });
    }

    private static Optional<RegisteredLocation> find(java.sql.Connection connection, LocationSpec spec)
            throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement(LOCATION_COLUMNS + "WHERE type = ? AND target = ?")) {
            select.setString(1, spec.type());
            select.setString(2, spec.target());
            return locations(select).stream().findFirst();
        }
    }

    /** Points a location elsewhere; empty when there is none of that id. */
    Optional<RegisteredLocation> update(String id, LocationSpec spec) {
        return database.write(connection -> {
            Optional<RegisteredLocation> other = find(connection, spec);
            if (other.isPresent() && !other.get().id().equals(id)) {
                throw Problem.conflict("Location " + spec + " already exists");
            }
            try (PreparedStatement update =
                    connection.prepareStatement("UPDATE catalog_location SET type = ?, target = ? WHERE id = ?")) {
                update.setString(1, spec.type());
                update.setString(2, spec.target());
                update.setString(3, id);
                update.executeUpdate();
            }
            return find(connection, spec).filter(location -> location.id().equals(id));
        });
    }

    /** Whether there was one to remove. */
    boolean remove(String id) {
        return database.write(connection -> {
            try (PreparedStatement delete = connection.prepareStatement("DELETE FROM catalog_location WHERE id = ?")) {
                delete.setString(1, id);
                return delete.executeUpdate() > 0;
            }
        });
    }

    Map<String, Stitcher.Stitched> entities() {
        return database.read(connection -> {
            Map<String, Stitcher.Stitched> entities = new LinkedHashMap<>();
            try (PreparedStatement select = connection.prepareStatement(
                            "SELECT entity_ref, location_key, origin, parents, hash, entity FROM catalog_entity");
                    ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    entities.put(
                            rows.getString(1),
                            new Stitcher.Stitched(
                                    new Entity(object(rows.getString(6))),
                                    rows.getString(5),
                                    rows.getString(2),
                                    rows.getString(3),
                                    strings(rows.getString(4))));
                }
            }
            return entities;
        });
    }

    private static ObjectNode object(String json) {
        try {
            return (ObjectNode) JSON.readTree(json);
        } catch (JacksonException | ClassCastException e) {
            throw Problem.internal("table catalog_entity holds an entity that is no JSON object", e);
        }
    }

    private static Set<String> strings(String json) {
        Set<String> strings = new TreeSet<>();
        for (JsonNode item : JSON.readTree(json)) {
            strings.add(item.asString());
        }
        return strings;
    }

    /** Writes and removes in one transaction. */
    void save(Collection<Stitcher.Stitched> changed, Collection<String> removed) {
        if (changed.isEmpty() && removed.isEmpty()) {
            return;
        }
        database.<Object>write(connection -> {
            try (PreparedStatement delete =
                    connection.prepareStatement("DELETE FROM catalog_entity WHERE entity_ref = ?")) {
                for (String ref : removed) {
                    delete.setString(1, ref);
                    delete.addBatch();
                }
                delete.executeBatch();
            }
            try (PreparedStatement upsert = connection.prepareStatement(
                    "INSERT INTO catalog_entity (entity_ref, uid, location_key, origin, parents, hash, entity)"
                            + " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (entity_ref) DO UPDATE SET uid = excluded.uid,"
                            + " location_key = excluded.location_key, origin = excluded.origin,"
                            + " parents = excluded.parents, hash = excluded.hash, entity = excluded.entity")) {
                for (Stitcher.Stitched entity : changed) {
                    upsert.setString(1, entity.entity().ref().toString());
                    upsert.setString(2, entity.entity().uid());
                    upsert.setString(3, entity.locationKey());
                    upsert.setString(4, entity.origin());
                    upsert.setString(5, JSON.writeValueAsString(entity.parents()));
                    upsert.setString(6, entity.hash());
                    upsert.setString(7, JSON.writeValueAsString(entity.entity().json()));
                    upsert.addBatch();
                }
                upsert.executeBatch();
            }
            return removed;
        });
    }
}
