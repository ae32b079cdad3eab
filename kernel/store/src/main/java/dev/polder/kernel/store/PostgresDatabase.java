package dev.polder.kernel.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool;
import dev.polder.kernel.model.Problem;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/** PostgreSQL through a connection pool. Its driver is plain Java, so calls run on the caller's thread. */
final class PostgresDatabase implements Database {

    private static final int CONNECTIONS = 10;
    private static final long CONNECT_MILLIS = 10_000;

    private final HikariDataSource pool;
    private final String url;
    private final Properties login;

    private PostgresDatabase(HikariDataSource pool, String url, Properties login) {
        this.pool = pool;
        this.url = url;
        this.login = login;
    }

    /**
     * Connects.
     *
     * @throws Problem UNAVAILABLE when the server does not answer, INVALID when it refuses the login
     */
    static PostgresDatabase open(String url, String user, String password) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(url);
        config.setUsername(user);
        config.setPassword(password);
        config.setAutoCommit(false);
        config.setMaximumPoolSize(CONNECTIONS);
        config.setMinimumIdle(1);
        config.setConnectionTimeout(CONNECT_MILLIS);
        config.setInitializationFailTimeout(CONNECT_MILLIS);
        config.setPoolName("polder-postgresql");
        Properties login = new Properties();
        login.setProperty("user", user);
        login.setProperty("password", password);
        try {
            return new PostgresDatabase(new HikariDataSource(config), url, login);
        } catch (HikariPool.PoolInitializationException e) {
            throw e.getCause() instanceof SQLException sql
                    ? SqlProblems.of(sql)
                    : Problem.unavailable("PostgreSQL: " + e.getMessage(), e);
        }
    }

    /** A connection outside the pool, for one that listens for as long as the process lives. */
    Connection listener() throws SQLException {
        Connection connection = DriverManager.getConnection(url, login);
        connection.setAutoCommit(true);
        return connection;
    }

    @Override
    public Dialect dialect() {
        return Dialect.POSTGRESQL;
    }

    @Override
    public <T extends @Nullable Object> T write(Work<T> work) {
        return run(work, false);
    }

    @Override
    public <T extends @Nullable Object> T read(Work<T> work) {
        return run(work, true);
    }

    private <T extends @Nullable Object> T run(Work<T> work, boolean readOnly) {
        try (Connection connection = pool.getConnection()) {
            if (readOnly) {
                connection.setReadOnly(true);
                connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            }
            boolean done = false;
            try {
                T result = work.on(connection);
                connection.commit();
                done = true;
                return result;
            } finally {
                if (!done) {
                    connection.rollback();
                }
            }
        } catch (SQLException e) {
            throw SqlProblems.of(e);
        }
    }

    @Override
    public void migrate(String module) {
        Migrations.of(module).run(this);
    }

    @Override
    public void close() {
        pool.close();
    }
}
