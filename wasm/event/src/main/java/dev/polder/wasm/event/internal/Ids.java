package dev.polder.wasm.event.internal;

import dev.polder.kernel.store.Database;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicLong;

/** Numbers for the rows of a table, in the order of time, over restarts too: microseconds since 1970, never twice. */
public final class Ids {

    private final AtomicLong last;

    /** @param table a name of ours, with a column {@code id} */
    public Ids(Database database, String table) {
        last = new AtomicLong(database.<Long>read(connection -> {
            try (Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery("SELECT COALESCE(MAX(id), 0) FROM " + table)) {
                return row.next() ? row.getLong(1) : 0L;
            }
        }));
    }

    public long next() {
        long now = System.currentTimeMillis() * 1000;
        return last.updateAndGet(before -> Math.max(before + 1, now));
    }
}
