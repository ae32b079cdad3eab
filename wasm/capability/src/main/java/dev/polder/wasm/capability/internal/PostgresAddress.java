package dev.polder.wasm.capability.internal;

import dev.polder.kernel.model.Problem;
import java.net.InetSocketAddress;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;
import org.postgresql.PGProperty;

/**
 * Where a PostgreSQL is, as libpq has it: a URL, or {@code host=… user=…}. Only what is known here reaches the driver,
 * which has options that load classes and read files.
 *
 * @param secure whether TLS with a checked certificate is required; else it is used when the server has it
 * @param plain whether TLS is not even tried
 */
public record PostgresAddress(
        String host, int port, String database, String user, String password, boolean secure, boolean plain) {

    private static final Set<String> IGNORED =
            Set.of("application_name", "connect_timeout", "channel_binding", "options");

    /** @throws Problem INVALID that does not quote the address */
    public static PostgresAddress parse(String text) {
        return text.contains("://") ? ofUrl(ServerAddress.parse(text)) : ofPairs(pairs(text));
    }

    private static PostgresAddress ofUrl(ServerAddress url) {
        if (!url.scheme().equals("postgres") && !url.scheme().equals("postgresql")) {
            throw Problem.invalid("address (expected: postgres://user:password@host:port/database)");
        }
        Map<String, String> all = new LinkedHashMap<>(url.query());
        all.put("host", url.host());
        if (url.port() > 0) {
            all.put("port", Integer.toString(url.port()));
        }
        if (url.user() != null) {
            all.put("user", url.user());
        }
        if (url.password() != null) {
            all.put("password", url.password());
        }
        if (!url.path().isEmpty()) {
            all.put("dbname", url.path());
        }
        return ofPairs(all);
    }

    private static PostgresAddress ofPairs(Map<String, String> pairs) {
        for (String key : pairs.keySet()) {
            if (!Set.of("host", "port", "user", "password", "dbname", "sslmode").contains(key)
                    && !IGNORED.contains(key)) {
                throw Problem.invalid(
                        "address: unknown key \"" + key + "\" (expected: host, port, user, password, dbname, sslmode)");
            }
        }
        String host = pairs.getOrDefault("host", "");
        String user = pairs.getOrDefault("user", "");
        if (host.isEmpty() || user.isEmpty() || !host.matches("[A-Za-z0-9._:-]{1,253}")) {
            throw Problem.invalid("address (expected: one host, no socket file, and a user)");
        }
        int port;
        try {
            port = Integer.parseInt(pairs.getOrDefault("port", "5432"));
        } catch (NumberFormatException e) {
            throw Problem.invalid("address: port (expected: 1 to 65535)");
        }
        if (port < 1 || port > 65_535) {
            throw Problem.invalid("address: port " + port + " (expected: 1 to 65535)");
        }
        String mode = pairs.getOrDefault("sslmode", "prefer");
        boolean secure = Set.of("require", "verify-ca", "verify-full").contains(mode);
        if (!secure && !mode.equals("prefer") && !mode.equals("disable") && !mode.equals("allow")) {
            throw Problem.invalid("address: sslmode (expected: disable, prefer or require)");
        }
        return new PostgresAddress(
                host,
                port,
                pairs.getOrDefault("dbname", user),
                user,
                pairs.getOrDefault("password", ""),
                secure,
                mode.equals("disable"));
    }

    /** {@code key=value} or {@code key='a \' quoted value'}, with spaces between. */
    private static Map<String, String> pairs(String text) {
        Map<String, String> pairs = new LinkedHashMap<>();
        int at = 0;
        while (at < text.length()) {
            if (Character.isWhitespace(text.charAt(at))) {
                at++;
                continue;
            }
            int equals = text.indexOf('=', at);
            if (equals < 0) {
                throw Problem.invalid("address (expected: key=value pairs or a URL)");
            }
            String key = text.substring(at, equals).strip();
            at = equals + 1;
            boolean quoted = at < text.length() && text.charAt(at) == '\'';
            at += quoted ? 1 : 0;
            StringBuilder value = new StringBuilder();
            boolean open = true;
            while (open && at < text.length()) {
                char c = text.charAt(at++);
                if (c == '\\' && at < text.length()) {
                    value.append(text.charAt(at++));
                } else if (quoted ? c == '\'' : Character.isWhitespace(c)) {
                    open = false;
                } else {
                    value.append(c);
                }
            }
            if (quoted && open) {
                throw Problem.invalid("address: a quote that stays open (expected: key='value')");
            }
            pairs.put(key, value.toString());
        }
        return pairs;
    }

    /**
     * Connects to one of the addresses that the host has.
     *
     * @param authorities file with those that vouch for the host, or null for Java's
     */
    public Connection connect(
            InetSocketAddress address, int connectMillis, int callMillis, int replyBytes, @Nullable Path authorities)
            throws SQLException {
        Properties options = new Properties();
        PGProperty.USER.set(options, user);
        PGProperty.PASSWORD.set(options, password); // also when empty: else the driver looks into the user's own files
        PGProperty.SOCKET_FACTORY.set(options, PostgresSockets.class.getName());
        PGProperty.SOCKET_FACTORY_ARG.set(options, PinnedSocket.text(address));
        PGProperty.CONNECT_TIMEOUT.set(options, Math.max(1, connectMillis / 1000));
        PGProperty.SOCKET_TIMEOUT.set(options, Math.max(1, callMillis / 1000) + 1);
        PGProperty.MAX_RESULT_BUFFER.set(options, Integer.toString(replyBytes));
        PGProperty.GSS_ENC_MODE.set(options, "disable");
        PGProperty.APPLICATION_NAME.set(options, "polder");
        PGProperty.SSL_MODE.set(options, secure ? "verify-full" : plain ? "disable" : "prefer");
        if (authorities == null) {
            PGProperty.SSL_FACTORY.set(options, "org.postgresql.ssl.DefaultJavaSSLFactory");
        } else {
            PGProperty.SSL_ROOT_CERT.set(options, authorities.toAbsolutePath().toString());
            PGProperty.SSL_CERT.set(options, ""); // none of the user's own files
            PGProperty.SSL_KEY.set(options, "");
        }
        String name = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
        Connection connection = new Driver()
                .connect(
                        "jdbc:postgresql://" + name + ":" + port + "/"
                                + URLEncoder.encode(database, StandardCharsets.UTF_8),
                        options);
        if (connection == null) {
            throw new SQLException("the driver does not take the address", "08001");
        }
        return connection;
    }

    @Override
    public String toString() {
        return "postgres://" + host + ":" + port;
    }
}
