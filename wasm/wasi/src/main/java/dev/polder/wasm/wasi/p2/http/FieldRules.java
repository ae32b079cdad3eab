package dev.polder.wasm.wasi.p2.http;

import java.util.Locale;
import java.util.Set;

/** What may stand in a field, a target or a method. Source: RFC 9110, sections 5.1, 5.5 and 5.6.2. */
final class FieldRules {

    /** Fields that are the host's to set, since they say how a message is framed or where it goes. */
    private static final Set<String> FORBIDDEN = Set.of(
            "connection",
            "keep-alive",
            "proxy-authenticate",
            "proxy-authorization",
            "proxy-connection",
            "transfer-encoding",
            "upgrade",
            "host",
            "http2-settings");

    private static final String TOKEN_MARKS = "!#$%&'*+-.^_`|~";
    private static final String AUTHORITY_MARKS = "-._~!$&'()*+,;=:[]%";

    private FieldRules() {}

    static boolean isForbidden(String name) {
        return FORBIDDEN.contains(name.toLowerCase(Locale.ROOT));
    }

    static boolean isToken(String text) {
        return !text.isEmpty() && text.chars().allMatch(c -> isAlphanumeric(c) || TOKEN_MARKS.indexOf(c) >= 0);
    }

    private static boolean isAlphanumeric(int c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    }

    static boolean isValue(byte[] value) {
        for (byte b : value) {
            int c = b & 0xFF;
            if ((c < 0x20 && c != '\t') || c == 0x7F) {
                return false;
            }
        }
        return true;
    }

    /** A path with query as it may stand in a request line. */
    static boolean isTarget(String text) {
        return (text.isEmpty() || text.startsWith("/") || text.startsWith("?") || text.equals("*"))
                && text.chars().allMatch(c -> c > 0x20 && c < 0x7F && "#<>\\".indexOf(c) < 0);
    }

    /** A host with an optional port; no user. */
    static boolean isAuthority(String text) {
        return !text.isEmpty() && text.chars().allMatch(c -> isAlphanumeric(c) || AUTHORITY_MARKS.indexOf(c) >= 0);
    }

    static boolean isScheme(String text) {
        return !text.isEmpty()
                && !Character.isDigit(text.charAt(0))
                && text.chars().allMatch(c -> isAlphanumeric(c) || "+-.".indexOf(c) >= 0);
    }
}
