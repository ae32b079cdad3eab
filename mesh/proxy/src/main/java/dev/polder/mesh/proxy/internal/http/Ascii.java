package dev.polder.mesh.proxy.internal.http;

import java.nio.charset.StandardCharsets;

/** Character classes of RFC 9110 and comparisons on byte ranges. */
public final class Ascii {

    /** {@code tchar}: what a header name or method may hold. */
    private static final boolean[] TOKEN = new boolean[256];

    /** What a header value may hold: visible characters, obs-text, blank and tab. */
    private static final boolean[] VALUE = new boolean[256];

    /** What a request target may hold here: visible ASCII without a fragment sign. */
    private static final boolean[] TARGET = new boolean[256];

    private static final byte[] LOWER = new byte[256];

    static {
        for (int c = 0; c < 256; c++) {
            boolean alphanumeric = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
            TOKEN[c] = alphanumeric || (c < 128 && "!#$%&'*+-.^_`|~".indexOf(c) >= 0);
            VALUE[c] = c == '\t' || (c >= ' ' && c != 127);
            TARGET[c] = c > ' ' && c < 127 && c != '#';
            LOWER[c] = (byte) (c >= 'A' && c <= 'Z' ? c + 32 : c);
        }
    }

    private Ascii() {}

    public static boolean isToken(byte b) {
        return TOKEN[b & 0xff];
    }

    public static boolean isValue(byte b) {
        return VALUE[b & 0xff];
    }

    public static boolean isTarget(byte b) {
        return TARGET[b & 0xff];
    }

    public static byte lower(byte b) {
        return LOWER[b & 0xff];
    }

    /** The bytes of an ISO 8859-1 text. */
    public static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    public static String text(byte[] bytes, int from, int to) {
        return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
    }

    /** Whether the range equals {@code lowerCase} without regard to case. */
    public static boolean equalsLower(byte[] bytes, int from, int to, byte[] lowerCase) {
        if (to - from != lowerCase.length) {
            return false;
        }
        for (int i = 0; i < lowerCase.length; i++) {
            if (LOWER[bytes[from + i] & 0xff] != lowerCase[i]) {
                return false;
            }
        }
        return true;
    }

    /** Writes a number in decimal and returns the index after it. */
    public static int putDecimal(byte[] target, int at, long number) {
        int digits = 1;
        for (long rest = number; rest >= 10; rest /= 10) {
            digits++;
        }
        long rest = number;
        for (int i = at + digits - 1; i >= at; i--) {
            target[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        return at + digits;
    }
}
