package dev.polder.wasm.capability;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.capability.SqliteValue.Failure;
import dev.polder.wasm.capability.SqliteValue.QueryResult;
import dev.polder.wasm.component.HostInterface;
import dev.polder.wasm.component.HostResource;
import dev.polder.wasm.component.Result;
import dev.polder.wasm.component.Wit;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** {@code spin:sqlite/sqlite@3.0.0} of one instance. */
public final class SpinSqlite3 implements Connections {

    /** How the linker finds it. */
    public static final HostInterface INTERFACE =
            HostInterface.of("spin:sqlite/sqlite", "3.0.0", SpinSqlite3.class).resource("connection", Connection.class);

    private final SqliteDatabases databases;
    private final Set<String> granted;
    private final Set<Connection> open = new HashSet<>();

    /** @param granted the labels of the component's {@code sqlite_databases} */
    public SpinSqlite3(SqliteDatabases databases, Set<String> granted) {
        this.databases = databases;
        this.granted = Set.copyOf(granted);
    }

    @Wit("[static]connection.open")
    public Result<Connection, Failure> open(String database) {
        if (!granted.contains(database)) {
            return Result.err(new Failure.AccessDenied());
        }
        int most = databases.limits().connections();
        if (open.size() >= most) {
            return Result.err(new Failure.Io("more than " + most + " connections (expected: fewer at once)"));
        }
        try {
            Connection connection = new Connection(databases.open(database));
            open.add(connection);
            return Result.ok(connection);
        } catch (Problem e) {
            return Result.err(new Failure.Io(e.detail()));
        }
    }

    /** {@code resource connection}. */
    public final class Connection implements HostResource {
        private final SqliteConnection connection;

        private Connection(SqliteConnection connection) {
            this.connection = connection;
        }

        @Wit("execute")
        public Result<QueryResult, Failure> execute(String statement, List<SqliteValue> parameters) {
            return connection.execute(statement, parameters);
        }

        @Wit("last-insert-rowid")
        public long lastInsertRowid() {
            return connection.lastInsertRowid();
        }

        @Wit("changes")
        public long changes() {
            return connection.changes();
        }

        @Override
        public void drop() {
            connection.close();
            open.remove(this);
        }
    }

    /** Closes the connections that the guest left open. */
    @Override
    public void close() {
        List.copyOf(open).forEach(Connection::drop);
    }
}
