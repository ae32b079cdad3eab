package dev.polder.wasm.component.internal.binary;

import dev.polder.kernel.model.Digest;
import dev.polder.wasm.component.ComponentLimits;
import java.util.Arrays;

/** A core module inside the bytes of a component. */
public final class ModuleSlice {

    private final byte[] source;
    private final int start;
    private final int end;
    private final Digest digest;

    ModuleSlice(byte[] source, int start, int end) {
        this.source = source;
        this.start = start;
        this.end = end;
        this.digest = Digest.of(source, start, end);
    }

    /** A copy of its bytes. */
    public byte[] bytes() {
        return Arrays.copyOfRange(source, start, end);
    }

    Cursor cursor(ComponentLimits limits) {
        return new Cursor(source, start, end, limits);
    }

    /** Their SHA-256. */
    public Digest digest() {
        return digest;
    }

    public int size() {
        return end - start;
    }
}
