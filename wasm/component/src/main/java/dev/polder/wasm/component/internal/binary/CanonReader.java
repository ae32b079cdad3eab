package dev.polder.wasm.component.internal.binary;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.component.internal.abi.StringEncoding;
import java.util.Map;
import java.util.OptionalInt;

/** Reads the options of lifts and lowers, and knows the built-ins by name that are not run. */
final class CanonReader {

    private static final Map<Integer, String> REFUSED = Map.ofEntries(
            Map.entry(0x05, "task.cancel"),
            Map.entry(0x06, "subtask.cancel"),
            Map.entry(0x07, "resource.drop async"),
            Map.entry(0x08, "backpressure.set"),
            Map.entry(0x09, "task.return"),
            Map.entry(0x0a, "context.get"),
            Map.entry(0x0b, "context.set"),
            Map.entry(0x0c, "thread.yield"),
            Map.entry(0x0d, "subtask.drop"),
            Map.entry(0x0e, "stream.new"),
            Map.entry(0x0f, "stream.read"),
            Map.entry(0x10, "stream.write"),
            Map.entry(0x11, "stream.cancel-read"),
            Map.entry(0x12, "stream.cancel-write"),
            Map.entry(0x13, "stream.drop-readable"),
            Map.entry(0x14, "stream.drop-writable"),
            Map.entry(0x15, "future.new"),
            Map.entry(0x16, "future.read"),
            Map.entry(0x17, "future.write"),
            Map.entry(0x18, "future.cancel-read"),
            Map.entry(0x19, "future.cancel-write"),
            Map.entry(0x1a, "future.drop-readable"),
            Map.entry(0x1b, "future.drop-writable"),
            Map.entry(0x1c, "error-context.new"),
            Map.entry(0x1d, "error-context.debug-message"),
            Map.entry(0x1e, "error-context.drop"),
            Map.entry(0x1f, "waitable-set.new"),
            Map.entry(0x20, "waitable-set.wait"),
            Map.entry(0x21, "waitable-set.poll"),
            Map.entry(0x22, "waitable-set.drop"),
            Map.entry(0x23, "waitable.join"),
            Map.entry(0x24, "backpressure.inc"),
            Map.entry(0x25, "backpressure.dec"),
            Map.entry(0x26, "thread.index"),
            Map.entry(0x27, "thread.new-indirect"),
            Map.entry(0x28, "thread.resume-later"),
            Map.entry(0x29, "thread.suspend"),
            Map.entry(0x2a, "thread.suspend-then-resume"),
            Map.entry(0x2b, "thread.yield-then-resume"),
            Map.entry(0x2c, "thread.suspend-then-promote"),
            Map.entry(0x2d, "thread.yield-then-promote"),
            Map.entry(0x40, "thread.spawn-ref"),
            Map.entry(0x41, "thread.spawn-indirect"),
            Map.entry(0x42, "thread.available-parallelism"));

    private CanonReader() {}

    static Problem refused(int at, int code) {
        String name = REFUSED.get(code);
        return name == null
                ? Refusal.invalid(at, "canonical definition " + Cursor.hex(code) + " (expected: a known one)")
                : Refusal.unsupported(at, name + " (WASI 0.3 and threads)");
    }

    static Options options(Cursor in) {
        StringEncoding encoding = null;
        OptionalInt memory = OptionalInt.empty();
        OptionalInt realloc = OptionalInt.empty();
        OptionalInt postReturn = OptionalInt.empty();
        int start = in.position();
        int count = in.u32();
        for (int i = 0; i < count; i++) {
            int at = in.position();
            int code = in.oneByte();
            switch (code) {
                case 0x00, 0x01, 0x02 -> {
                    if (encoding != null) {
                        throw Refusal.invalid(at, "two string encodings (expected: one)");
                    }
                    encoding = switch (code) {
                        case 0x00 -> StringEncoding.UTF8;
                        case 0x01 -> StringEncoding.UTF16;
                        default -> StringEncoding.LATIN1_UTF16;
                    };
                }
                case 0x03 -> memory = once(in, at, "memory", memory);
                case 0x04 -> realloc = once(in, at, "realloc", realloc);
                case 0x05 -> postReturn = once(in, at, "post-return", postReturn);
                case 0x06 -> throw Refusal.unsupported(at, "async lifts and lowers (WASI 0.3)");
                case 0x07 -> throw Refusal.unsupported(at, "callbacks of async lifts (WASI 0.3)");
                default -> throw Refusal.invalid(at, "option " + Cursor.hex(code) + " (expected: 0x00 to 0x07)");
            }
        }
        if (realloc.isPresent() && memory.isEmpty()) {
            throw Refusal.invalid(start, "realloc without memory (expected: both)");
        }
        return new Options(encoding == null ? StringEncoding.UTF8 : encoding, memory, realloc, postReturn);
    }

    private static OptionalInt once(Cursor in, int at, String what, OptionalInt before) {
        if (before.isPresent()) {
            throw Refusal.invalid(at, what + " given twice (expected: once)");
        }
        return OptionalInt.of(in.u32());
    }
}
