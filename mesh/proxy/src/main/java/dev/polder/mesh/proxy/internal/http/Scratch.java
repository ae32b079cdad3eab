package dev.polder.mesh.proxy.internal.http;

import java.util.Arrays;

/**
 * Memory that one event loop reuses for every message: heads in both directions and the bytes of a head to be sent.
 * Whatever is put here is read again before the loop turns to another message.
 */
public final class Scratch {

    /** The request being read. */
    public final Head request = new Head();

    /** The response being read. */
    public final Head response = new Head();

    /** A response made here. */
    public final Head local = new Head();

    byte[] out = new byte[8192];

    void ensureOut(int size) {
        if (out.length < size) {
            out = Arrays.copyOf(out, Math.max(size, out.length * 2));
        }
    }
}
