package dev.polder.evidence.sbom.internal;

import dev.polder.kernel.model.Problem;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What a Wasm binary says of itself: whether it is a core module or a component, and its producers section.
 *
 * <p>Our own reader, because none is needed but for this one custom section, and an engine is another pillar. It
 * follows section lengths only. A malformed custom section counts as absent, as the core specification wants it; a
 * malformed binary is refused. Source: WebAssembly core specification 5.5, Producers section of tool-conventions.
 */
public record WasmFacts(boolean component, List<Producer> producers) {

    /**
     * A tool or language.
     *
     * @param field {@code language}, {@code processed-by} or {@code sdk}
     */
    public record Producer(String field, String name, String version) {}

    private static final int MAX_SECTIONS = 100_000;
    private static final int MAX_PRODUCERS = 200;
    private static final int MAX_TEXT = 1024;
    private static final int MAX_DEPTH = 4;
    private static final int CUSTOM = 0;
    private static final int CORE_MODULE_IN_COMPONENT = 1;
    private static final int COMPONENT_IN_COMPONENT = 4;

    public WasmFacts {
        producers = List.copyOf(producers);
    }

    /**
     * Reads a module or component.
     *
     * @throws Problem INVALID with the offset when the bytes are no Wasm binary
     */
    public static WasmFacts read(String name, byte[] bytes) {
        List<Producer> producers = new ArrayList<>();
        boolean component = read(new Cursor(name, bytes, 0, bytes.length), producers, 0);
        return new WasmFacts(component, producers);
    }

    private static boolean read(Cursor in, List<Producer> producers, int depth) {
        if (in.left() < 8 || in.take() != 0 || in.take() != 'a' || in.take() != 's' || in.take() != 'm') {
            throw in.malformed("no Wasm header (expected: \\0asm and a version)");
        }
        int version = in.take() | in.take() << 8;
        int layer = in.take() | in.take() << 8;
        if (layer > 1) {
            throw in.malformed("layer " + layer + " version " + version + " (expected: a module or component)");
        }
        for (int sections = 0; in.left() > 0; sections++) {
            if (sections == MAX_SECTIONS) {
                throw in.malformed("more than " + MAX_SECTIONS + " sections");
            }
            int id = in.take();
            Cursor body = in.slice(in.length());
            boolean nested = layer == 1 && (id == CORE_MODULE_IN_COMPONENT || id == COMPONENT_IN_COMPONENT);
            if (id == CUSTOM) {
                custom(body, producers);
            } else if (nested && depth < MAX_DEPTH) {
                read(body, producers, depth + 1);
            }
        }
        return layer == 1;
    }

    private static void custom(Cursor body, List<Producer> producers) {
        List<Producer> found = new ArrayList<>();
        try {
            if (body.text().equals("producers")) {
                producers(body, found);
            }
        } catch (Problem malformed) {
            return;
        }
        for (Producer producer : found) {
            if (!producers.contains(producer) && producers.size() < MAX_PRODUCERS) {
                producers.add(producer);
            }
        }
    }

    private static void producers(Cursor body, List<Producer> found) {
        int fields = body.length();
        for (int i = 0; i < fields; i++) {
            String field = body.text();
            int values = body.length();
            for (int j = 0; j < values; j++) {
                if (found.size() == MAX_PRODUCERS) {
                    throw body.malformed("more than " + MAX_PRODUCERS + " producers");
                }
                found.add(new Producer(field, body.text(), body.text()));
            }
        }
    }

    /** A bounded place in the bytes. */
    private static final class Cursor {
        private final String name;
        private final byte[] bytes;
        private final int end;
        private int at;

        Cursor(String name, byte[] bytes, int from, int end) {
            this.name = name;
            this.bytes = bytes;
            this.at = from;
            this.end = end;
        }

        int left() {
            return end - at;
        }

        int take() {
            if (at >= end) {
                throw malformed("ends early");
            }
            return bytes[at++] & 0xff;
        }

        /** An unsigned LEB128 number that counts things which follow. */
        int length() {
            long value = 0;
            for (int shift = 0; shift < 35; shift += 7) {
                int next = take();
                value |= (long) (next & 0x7f) << shift;
                if ((next & 0x80) == 0) {
                    if (value > left()) {
                        throw malformed("a length of " + value + " with " + left() + " bytes left");
                    }
                    return (int) value;
                }
            }
            throw malformed("a number of more than 32 bits");
        }

        Cursor slice(int length) {
            Cursor slice = new Cursor(name, bytes, at, at + length);
            at += length;
            return slice;
        }

        String text() {
            int length = length();
            if (length > MAX_TEXT) {
                throw malformed("text of " + length + " bytes, more than " + MAX_TEXT);
            }
            String text = new String(bytes, at, length, StandardCharsets.UTF_8);
            at += length;
            return text.codePoints().anyMatch(c -> c < ' ') ? text.replaceAll("\\p{Cntrl}", "?") : text;
        }

        private static final String EXPECTED =
                " (expected: a module as the compiler wrote it; this one is cut off or damaged)";

        Problem malformed(String what) {
            String expected = what.contains("(expected:") ? "" : EXPECTED;
            return Problem.invalid(name + ": not a whole Wasm module: at byte " + at + ": " + what + expected);
        }
    }
}
