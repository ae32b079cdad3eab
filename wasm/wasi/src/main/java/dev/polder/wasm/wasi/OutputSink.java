package dev.polder.wasm.wasi;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.engine.GuestLimit;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/**
 * Where a guest's output goes, up to a limit. The guest that passes the limit is ended with a {@link Problem} of code
 * TOO_LARGE that names the output; what it wrote up to the limit has gone out.
 *
 * @param name for the message: {@code stdout}
 * @param stream receives the bytes, on the guest's thread
 * @param limitBytes how many bytes may pass in all
 */
public record OutputSink(String name, OutputStream stream, long limitBytes) {

    public OutputSink {
        if (limitBytes < 0) {
            throw Problem.invalid("output limit of " + name + ": " + limitBytes + " (expected: zero or more)");
        }
    }

    /** Takes everything and keeps nothing. */
    public static OutputSink discard(String name) {
        return new OutputSink(name, OutputStream.nullOutputStream(), Long.MAX_VALUE);
    }

    /** Into memory. */
    public static OutputSink buffer(String name, ByteArrayOutputStream buffer, long limitBytes) {
        return new OutputSink(name, buffer, limitBytes);
    }

    /** Writes the bytes, given how many went before; gives the sum. Throws when that would pass the limit. */
    public long write(byte[] bytes, int length, long before) throws IOException {
        long room = limitBytes - before;
        if (length > room) {
            stream.write(bytes, 0, (int) room);
            stream.flush();
            throw GuestLimit.OUTPUT.passed(name + ": more than " + limitBytes + " bytes (expected: at most that many)");
        }
        stream.write(bytes, 0, length);
        stream.flush();
        return before + length;
    }
}
