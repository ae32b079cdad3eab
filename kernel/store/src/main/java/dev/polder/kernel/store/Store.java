package dev.polder.kernel.store;

import dev.polder.kernel.model.Problem;
import java.nio.file.Path;

/**
 * Everything durable of one process: a data folder with its lock, the database, the resources, the blobs.
 *
 * <p>Opened once and closed last. The data folder holds {@code lock}, {@code version}, {@code polder.db} (SQLite only),
 * {@code blobs/} and {@code cache/}, which may be deleted.
 */
public final class Store implements AutoCloseable {

    private final DataFolder folder;
    private final Database database;
    private final ResourceStore resources;
    private final BlobStore blobs;

    private Store(DataFolder folder, Database database, ResourceStore resources, BlobStore blobs) {
        this.folder = folder;
        this.database = database;
        this.resources = resources;
        this.blobs = blobs;
    }

    /**
     * Opens a data folder with SQLite in it; both are made when they are not there.
     *
     * @throws Problem UNAVAILABLE when another process holds the folder or the disk refuses, CONFLICT when a newer
     *     version wrote it
     */
    public static Store open(Path dataDir) {
        DataFolder folder = DataFolder.open(dataDir);
        try {
            SqliteLibrary.prepare(folder.path().resolve("cache/native"));
            return over(folder, SqliteDatabase.open(folder.path().resolve("polder.db")));
        } catch (RuntimeException e) {
            folder.close();
            throw e;
        }
    }

    /**
     * Opens a data folder for blobs, with everything else in PostgreSQL.
     *
     * @param jdbcUrl such as {@code jdbc:postgresql://host/polder}
     * @throws Problem as {@link #open(Path)}, and UNAVAILABLE when the database cannot be reached
     */
    public static Store open(Path dataDir, String jdbcUrl, String user, String password) {
        if (!jdbcUrl.startsWith("jdbc:postgresql:")) {
            throw Problem.invalid("store.url: \"" + jdbcUrl + "\" (expected: jdbc:postgresql://HOST[:PORT]/DATABASE)");
        }
        DataFolder folder = DataFolder.open(dataDir);
        try {
            return over(folder, PostgresDatabase.open(jdbcUrl, user, password));
        } catch (RuntimeException e) {
            folder.close();
            throw e;
        }
    }

    private static Store over(DataFolder folder, Database database) {
        try {
            BlobStore blobs = FileBlobStore.open(folder.path().resolve("blobs"));
            return new Store(folder, database, SqlResourceStore.open(database, FeedLimits.DEFAULT), blobs);
        } catch (RuntimeException e) {
            database.close();
            throw e;
        }
    }

    /** The data folder, for those who keep files of their own in it. */
    public Path dataDir() {
        return folder.path();
    }

    public Database database() {
        return database;
    }

    public ResourceStore resources() {
        return resources;
    }

    public BlobStore blobs() {
        return blobs;
    }

    /** Ends watches, closes the database, and lets the folder go. */
    @Override
    public void close() {
        try {
            resources.close();
        } finally {
            try {
                database.close();
            } finally {
                folder.close();
            }
        }
    }
}
