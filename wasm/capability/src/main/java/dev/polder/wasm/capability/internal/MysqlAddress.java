package dev.polder.wasm.capability.internal;

import dev.polder.kernel.model.Problem;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Properties;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.mariadb.jdbc.Driver;

/**
 * Where a MySQL or MariaDB is: {@code mysql://user:password@host:port/database?ssl-mode=REQUIRED}. Only what is known here
 * reaches the driver, which has options that read files and load classes, and servers that could ask it to.
 */
public record MysqlAddress(ServerAddress server, boolean secure) {

    private static final Pattern DATABASE = Pattern.compile("[A-Za-z0-9_$.-]{0,64}");

    /** @throws Problem INVALID that does not quote the address */
    public static MysqlAddress parse(String text) {
        ServerAddress server = ServerAddress.parse(text);
        if (!server.scheme().equals("mysql") || !DATABASE.matcher(server.path()).matches()) {
            throw Problem.invalid("address (expected: mysql://user:password@host:port/database)");
        }
        boolean secure = false;
        for (String key : server.query().keySet()) {
            String value = server.query().get(key);
            switch (key) {
                case "ssl-mode", "sslmode", "ssl_mode" -> {
                    switch (String.valueOf(value).toUpperCase(java.util.Locale.ROOT)) {
                        case "DISABLED", "PREFERRED" -> secure = false;
                        case "REQUIRED", "VERIFY_CA", "VERIFY_IDENTITY" -> secure = true;
                        default ->
                            throw Problem.invalid("address: " + key + " (expected: DISABLED, PREFERRED or REQUIRED)");
                    }
                }
                case "require_ssl" -> secure = "true".equals(value);
                default -> throw Problem.invalid("address: unknown key \"" + key + "\" (expected: ssl-mode)");
            }
        }
        return new MysqlAddress(server, secure);
    }

    /**
     * Connects to one of the addresses that the host has.
     *
     * @param authorities file with those that vouch for the host, or null for Java's
     */
    public Connection connect(InetSocketAddress address, int connectMillis, int callMillis, @Nullable Path authorities)
            throws SQLException {
        Properties options = new Properties();
        String user = server.user();
        String password = server.password();
        options.setProperty("user", user == null ? "" : user);
        options.setProperty("password", password == null ? "" : password);
        options.setProperty("socketFactory", MysqlSockets.class.getName());
        options.setProperty(MysqlSockets.OPTION, PinnedSocket.text(address));
        options.setProperty("connectTimeout", Integer.toString(connectMillis));
        options.setProperty("socketTimeout", Integer.toString(callMillis + 1000));
        options.setProperty("allowLocalInfile", "false"); // the server could ask for any file of this machine
        options.setProperty("permitRedirect", "false"); // and send the connection to another host
        options.setProperty("allowMultiQueries", "false");
        options.setProperty(
                "restrictedAuth", "mysql_native_password,caching_sha2_password,sha256_password,client_ed25519");
        options.setProperty("allowPublicKeyRetrieval", "true");
        options.setProperty("useServerPrepStmts", "true");
        options.setProperty("tinyInt1isBit", "false");
        options.setProperty("sslMode", secure ? "verify-full" : "disable");
        if (secure && authorities != null) {
            options.setProperty("serverSslCert", authorities.toAbsolutePath().toString());
        }
        String host = server.host().indexOf(':') >= 0 ? "[" + server.host() + "]" : server.host();
        Connection connection =
                new Driver().connect("jdbc:mariadb://" + host + ":" + address.getPort() + "/" + server.path(), options);
        if (connection == null) {
            throw new SQLException("the driver does not take the address", "08001");
        }
        return connection;
    }
}
