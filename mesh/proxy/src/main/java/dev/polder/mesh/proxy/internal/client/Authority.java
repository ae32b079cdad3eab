package dev.polder.mesh.proxy.internal.client;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Where a request is addressed to (RFC 3986, 3.2, without userinfo).
 *
 * @param host lower case, without brackets and without a dot at the end
 * @param port 0 when none is given
 */
record Authority(String host, int port) {

    private static final int LONGEST = 259;
    private static final int LAST_PORT = 65_535;

    /** Reads {@code host}, {@code host:port} or {@code [v6]:port}; null when it is none of them. */
    static @Nullable Authority parse(String text) {
        if (text.isEmpty() || text.length() > LONGEST) {
            return null;
        }
        int end = text.startsWith("[") ? text.indexOf(']') + 1 : text.indexOf(':');
        if (text.startsWith("[") && end == 0) {
            return null;
        }
        String host = end < 0 ? text : text.substring(0, end);
        String rest = end < 0 ? "" : text.substring(end);
        int port = 0;
        if (!rest.isEmpty()) {
            port = port(rest);
            if (port == 0) {
                return null;
            }
        }
        boolean v6 = host.startsWith("[");
        String bare = (v6 ? host.substring(1, host.length() - 1) : host).toLowerCase(Locale.ROOT);
        if (!v6 && bare.endsWith(".")) {
            bare = bare.substring(0, bare.length() - 1);
        }
        String allowed = v6 ? "0123456789abcdef:." : "0123456789abcdefghijklmnopqrstuvwxyz-_.";
        return !bare.isEmpty() && bare.chars().allMatch(c -> allowed.indexOf(c) >= 0)
                ? new Authority(bare, port)
                : null;
    }

    private static int port(String colonAndDigits) {
        String digits = colonAndDigits.substring(1);
        if (colonAndDigits.charAt(0) != ':'
                || digits.isEmpty()
                || digits.length() > 5
                || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return 0;
        }
        int port = Integer.parseInt(digits);
        return port <= LAST_PORT ? port : 0;
    }
}
