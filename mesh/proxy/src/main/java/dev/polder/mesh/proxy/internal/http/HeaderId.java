package dev.polder.mesh.proxy.internal.http;

/** The header names that a proxy itself must understand, as small numbers. */
public final class HeaderId {

    public static final byte OTHER = 0;
    public static final byte HOST = 1;
    public static final byte CONTENT_LENGTH = 2;
    public static final byte TRANSFER_ENCODING = 3;
    public static final byte CONNECTION = 4;
    public static final byte KEEP_ALIVE = 5;
    public static final byte PROXY_CONNECTION = 6;
    public static final byte TE = 7;
    public static final byte TRAILER = 8;
    public static final byte UPGRADE = 9;
    public static final byte EXPECT = 10;
    public static final byte X_FORWARDED_FOR = 11;
    public static final byte X_FORWARDED_PROTO = 12;
    public static final byte X_REQUEST_ID = 13;
    public static final byte HTTP2_SETTINGS = 14;
    public static final byte PROXY_AUTHENTICATE = 15;
    /** A line that was taken out of the message. */
    public static final byte DROPPED = 127;

    private static final byte[][] NAMES = {
        {},
        Ascii.bytes("host"),
        Ascii.bytes("content-length"),
        Ascii.bytes("transfer-encoding"),
        Ascii.bytes("connection"),
        Ascii.bytes("keep-alive"),
        Ascii.bytes("proxy-connection"),
        Ascii.bytes("te"),
        Ascii.bytes("trailer"),
        Ascii.bytes("upgrade"),
        Ascii.bytes("expect"),
        Ascii.bytes("x-forwarded-for"),
        Ascii.bytes("x-forwarded-proto"),
        Ascii.bytes("x-request-id"),
        Ascii.bytes("http2-settings"),
        Ascii.bytes("proxy-authenticate"),
    };

    private HeaderId() {}

    /** Recognises a name; the first letter and the length decide which one to compare with. */
    public static byte of(byte[] bytes, int from, int to) {
        byte candidate = switch (to - from) {
            case 2 -> TE;
            case 4 -> HOST;
            case 6 -> EXPECT;
            case 7 -> Ascii.lower(bytes[from]) == 'u' ? UPGRADE : TRAILER;
            case 10 -> Ascii.lower(bytes[from]) == 'c' ? CONNECTION : KEEP_ALIVE;
            case 12 -> X_REQUEST_ID;
            case 14 -> Ascii.lower(bytes[from]) == 'c' ? CONTENT_LENGTH : HTTP2_SETTINGS;
            case 15 -> X_FORWARDED_FOR;
            case 16 -> PROXY_CONNECTION;
            case 17 -> Ascii.lower(bytes[from]) == 't' ? TRANSFER_ENCODING : X_FORWARDED_PROTO;
            case 18 -> PROXY_AUTHENTICATE;
            default -> OTHER;
        };
        return candidate != OTHER && Ascii.equalsLower(bytes, from, to, NAMES[candidate]) ? candidate : OTHER;
    }

    /** Whether the header belongs to one connection only and is never passed on (RFC 9110, 7.6.1). */
    static boolean isHopByHop(byte id) {
        return switch (id) {
            case CONNECTION, KEEP_ALIVE, PROXY_CONNECTION, TE, TRANSFER_ENCODING, UPGRADE, HTTP2_SETTINGS, DROPPED ->
                true;
            default -> false;
        };
    }
}
