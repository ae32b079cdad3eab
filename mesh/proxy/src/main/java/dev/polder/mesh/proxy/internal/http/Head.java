package dev.polder.mesh.proxy.internal.http;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The head of one message: start line and header lines as ranges in one byte array.
 *
 * <p>Filled by {@link HeadParser} from the wire or by {@code add} from elsewhere, read at once, and reused for the next
 * message: nothing in it outlives the call that handed it over. One per event loop and direction; not thread-safe. Every
 * header line in the array ends with CRLF, so that runs of unchanged lines are copied in one piece.
 */
public final class Head {

    /** No body length was given. */
    public static final long NO_LENGTH = -1;
    /** The body comes in chunks. */
    public static final long CHUNKED = -2;

    private static final int SLOTS = 4;
    private static final byte[] TRAILERS = Ascii.bytes("trailers");

    byte[] bytes = new byte[8192];
    int limit;

    int methodStart;
    int methodEnd;
    int targetStart;
    int targetEnd;
    int status;
    int reasonStart;
    int reasonEnd;
    int minorVersion = 1;

    int count;
    int[] slots = new int[64 * SLOTS];
    byte[] ids = new byte[64];

    long length = NO_LENGTH;
    boolean connectionClose;
    boolean connectionKeepAlive;
    boolean connectionUpgrade;
    boolean namedByConnection;
    int hostIndex = -1;
    int upgradeIndex = -1;
    int expectIndex = -1;
    int requestIdIndex = -1;
    boolean tlsScheme;
    boolean takesTrailers;

    public void clear() {
        limit = 0;
        methodStart = 0;
        methodEnd = 0;
        targetStart = 0;
        targetEnd = 0;
        status = 0;
        reasonStart = 0;
        reasonEnd = 0;
        minorVersion = 1;
        count = 0;
        length = NO_LENGTH;
        connectionClose = false;
        connectionKeepAlive = false;
        connectionUpgrade = false;
        namedByConnection = false;
        hostIndex = -1;
        upgradeIndex = -1;
        expectIndex = -1;
        requestIdIndex = -1;
        tlsScheme = false;
        takesTrailers = false;
    }

    /** Starts a response made here. */
    public Head response(int code) {
        clear();
        status = code;
        return this;
    }

    /** Starts a request whose lines are added one by one. */
    public void request(CharSequence method, CharSequence target) {
        clear();
        methodStart = 0;
        methodEnd = append(method);
        targetStart = methodEnd;
        targetEnd = append(target);
    }

    /** Adds a header line; name and value must already be checked. */
    public Head add(CharSequence name, CharSequence value) {
        int start = limit;
        int nameEnd = append(name);
        append(": ");
        int valueStart = limit;
        int valueEnd = append(value);
        append("\r\n");
        line(start, nameEnd, valueStart, valueEnd, HeaderId.of(bytes, start, nameEnd));
        return this;
    }

    public void length(long value) {
        length = value;
    }

    /** Replaces target and Host. */
    public void retarget(CharSequence target, CharSequence authority) {
        if (hostIndex >= 0) {
            dropLine(hostIndex);
        }
        targetStart = limit;
        targetEnd = append(target);
        add("host", authority);
    }

    void line(int nameStart, int nameEnd, int valueStart, int valueEnd, byte id) {
        if (count == ids.length) {
            slots = Arrays.copyOf(slots, slots.length * 2);
            ids = Arrays.copyOf(ids, ids.length * 2);
        }
        int slot = count * SLOTS;
        slots[slot] = nameStart;
        slots[slot + 1] = nameEnd;
        slots[slot + 2] = valueStart;
        slots[slot + 3] = valueEnd;
        ids[count] = id;
        switch (id) {
            case HeaderId.HOST -> hostIndex = count;
            case HeaderId.UPGRADE -> upgradeIndex = count;
            case HeaderId.EXPECT -> expectIndex = count;
            case HeaderId.X_REQUEST_ID -> requestIdIndex = count;
            case HeaderId.TE -> takesTrailers |= Ascii.equalsLower(bytes, valueStart, valueEnd, TRAILERS);
            default -> {}
        }
        count++;
    }

    private int append(CharSequence text) {
        int length = text.length();
        if (limit + length > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, limit + length));
        }
        for (int i = 0; i < length; i++) {
            bytes[limit++] = (byte) text.charAt(i);
        }
        return limit;
    }

    public int count() {
        return count;
    }

    public byte id(int line) {
        return ids[line];
    }

    public int nameStart(int line) {
        return slots[line * SLOTS];
    }

    public int nameEnd(int line) {
        return slots[line * SLOTS + 1];
    }

    public int valueStart(int line) {
        return slots[line * SLOTS + 2];
    }

    public int valueEnd(int line) {
        return slots[line * SLOTS + 3];
    }

    /** The index after the line's CRLF. */
    int lineEnd(int line) {
        int at = valueEnd(line);
        while (bytes[at] != '\n') {
            at++;
        }
        return at + 1;
    }

    /** The array that all ranges point into. */
    public byte[] bytes() {
        return bytes;
    }

    public String name(int line) {
        return Ascii.text(bytes, nameStart(line), nameEnd(line));
    }

    public String value(int line) {
        return Ascii.text(bytes, valueStart(line), valueEnd(line));
    }

    /** The line of that name (given in lower case), or −1. */
    public int find(byte[] lowerName) {
        for (int i = 0; i < count; i++) {
            if (ids[i] != HeaderId.DROPPED && Ascii.equalsLower(bytes, nameStart(i), nameEnd(i), lowerName)) {
                return i;
            }
        }
        return -1;
    }

    /** Takes every line of that name (given in lower case) out. */
    public void drop(byte[] lowerName) {
        for (int i = 0; i < count; i++) {
            if (Ascii.equalsLower(bytes, nameStart(i), nameEnd(i), lowerName)) {
                ids[i] = HeaderId.DROPPED;
            }
        }
    }

    public void dropLine(int line) {
        ids[line] = HeaderId.DROPPED;
    }

    public String method() {
        return Ascii.text(bytes, methodStart, methodEnd);
    }

    public boolean methodIs(byte[] exact) {
        return Arrays.equals(bytes, methodStart, methodEnd, exact, 0, exact.length);
    }

    public int methodStart() {
        return methodStart;
    }

    public int methodEnd() {
        return methodEnd;
    }

    public int targetStart() {
        return targetStart;
    }

    public int targetEnd() {
        return targetEnd;
    }

    public String target() {
        return Ascii.text(bytes, targetStart, targetEnd);
    }

    /** The host the request is for as sent, port included, or null when an HTTP/1.0 client named none. */
    public @Nullable String host() {
        return hostIndex < 0 ? null : value(hostIndex);
    }

    public int hostLine() {
        return hostIndex;
    }

    public int requestIdLine() {
        return requestIdIndex;
    }

    public int upgradeLine() {
        return upgradeIndex;
    }

    public int status() {
        return status;
    }

    /** {@link #NO_LENGTH}, {@link #CHUNKED} or the number of body bytes. */
    public long length() {
        return length;
    }

    public boolean expectsContinue() {
        return expectIndex >= 0;
    }

    /** Whether sender and receiver agreed on leaving HTTP/1.1: {@code Connection: upgrade} and an Upgrade header. */
    public boolean wantsUpgrade() {
        return connectionUpgrade && upgradeIndex >= 0 && minorVersion == 1;
    }

    /**
     * Whether the request has {@code TE: trailers}. The header belongs to one connection, but what it says is true of the
     * next one too: trailers are passed on. Servers of gRPC insist on it.
     */
    public boolean takesTrailers() {
        return takesTrailers;
    }

    public boolean isHttp10() {
        return minorVersion == 0;
    }

    /** Whether the connection may carry another message after this one. */
    public boolean persistent() {
        return minorVersion == 1 ? !connectionClose : connectionKeepAlive && !connectionClose;
    }

    /** RFC 9110, 7.6.1: what the Connection header names goes no further. Host and framing cannot be named away. */
    void dropNamedByConnection() {
        if (!namedByConnection) {
            return;
        }
        for (int i = 0; i < count; i++) {
            if (ids[i] == HeaderId.CONNECTION) {
                for (String token : value(i).split(",")) {
                    byte[] name = Ascii.bytes(token.strip().toLowerCase(java.util.Locale.ROOT));
                    int line = find(name);
                    if (line >= 0 && ids[line] != HeaderId.CONTENT_LENGTH && ids[line] != HeaderId.HOST) {
                        drop(name);
                    }
                }
            }
        }
    }

    public boolean isHopByHop(int line) {
        return HeaderId.isHopByHop(ids[line]);
    }
}
