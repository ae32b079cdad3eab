package dev.polder.app.config;

import dev.polder.kernel.model.Digest;
import dev.polder.kernel.model.EntityRef;
import dev.polder.kernel.server.Credential;
import dev.polder.kernel.server.CredentialStore;
import dev.polder.kernel.server.Principal;
import dev.polder.kernel.store.Database;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Credentials in the database of the store. It stands here because only the program knows server and store both. */
public final class DatabaseCredentials implements CredentialStore {

    private static final String COLUMNS = "secret, used_as, label, subject, principal, created_at, expires_at";

    private final Database database;

    private DatabaseCredentials(Database database) {
        this.database = database;
    }

    /** Brings the table up to date and opens it. */
    public static DatabaseCredentials open(Database database) {
        database.migrate("accounts");
        return new DatabaseCredentials(database);
    }

    @Override
    public void save(Credential credential) {
        String sql = "INSERT INTO credentials (" + COLUMNS + ") VALUES (?, ?, ?, ?, ?, ?, ?)"
                + " ON CONFLICT (secret) DO UPDATE SET used_as = excluded.used_as, label = excluded.label,"
                + " subject = excluded.subject, principal = excluded.principal, created_at = excluded.created_at,"
                + " expires_at = excluded.expires_at";
        database.write(connection -> {
            try (PreparedStatement insert = connection.prepareStatement(sql)) {
                insert.setString(1, credential.secret().toString());
                insert.setString(2, credential.use().name());
                insert.setString(3, credential.label());
                insert.setString(4, credential.subject().toString());
                insert.setString(5, credential.principal().name());
                insert.setString(6, credential.createdAt().toString());
                Instant expires = credential.expiresAt();
                insert.setString(7, expires == null ? null : expires.toString());
                return insert.executeUpdate();
            }
        });
    }

    @Override
    public Optional<Credential> find(Digest secret) {
        return select("secret", secret.toString()).stream().findFirst();
    }

    @Override
    public List<Credential> all(Credential.Use use) {
        return select("used_as", use.name());
    }

    private List<Credential> select(String column, String value) {
        String sql = "SELECT " + COLUMNS + " FROM credentials WHERE " + column + " = ? ORDER BY created_at";
        return database.read(connection -> {
            List<Credential> found = new ArrayList<>();
            try (PreparedStatement select = connection.prepareStatement(sql)) {
                select.setString(1, value);
                try (ResultSet rows = select.executeQuery()) {
                    while (rows.next()) {
                        found.add(read(rows));
                    }
                }
            }
            return found;
        });
    }

    private static Credential read(ResultSet row) throws SQLException {
        String expires = row.getString("expires_at");
        return new Credential(
                Digest.parse(row.getString("secret")),
                Credential.Use.valueOf(row.getString("used_as")),
                row.getString("label"),
                EntityRef.parse(row.getString("subject")),
                Principal.Kind.valueOf(row.getString("principal")),
                Instant.parse(row.getString("created_at")),
                expires == null ? null : Instant.parse(expires));
    }

    @Override
    public void delete(Digest secret) {
        update("DELETE FROM credentials WHERE secret = ?", secret.toString());
    }

    /** Times are compared as numbers here and not as texts there: texts of different precision do not sort. */
    @Override
    public void deleteExpired(Instant now) {
        for (Credential session : all(Credential.Use.SESSION)) {
            Instant expires = session.expiresAt();
            if (expires != null && !expires.isAfter(now)) {
                delete(session.secret());
            }
        }
    }

    private void update(String sql, String value) {
        database.write(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                statement.setString(1, value);
                return statement.executeUpdate();
            }
        });
    }
}
