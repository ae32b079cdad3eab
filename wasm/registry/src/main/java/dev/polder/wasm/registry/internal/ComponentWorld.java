package dev.polder.wasm.registry.internal;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.registry.WasmConfig;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The names of a component's imports and exports, from its binary (component model, Binary.md). Only the two sections
 * that hold them are looked into; whether the component is valid is for those to say who run it.
 */
final class ComponentWorld {

    private static final int MAX_NAMES = 10_000;
    private static final int MODULE_VERSION = 0x0000_0001;
    private static final int COMPONENT_VERSION = 0x0001_000d;
    private static final int IMPORTS = 10;
    private static final int EXPORTS = 11;

    private final byte[] bytes;
    private final String source;
    private int at = 8;
    private int end;

    private ComponentWorld(byte[] bytes, String source) {
        this.bytes = bytes;
        this.source = source;
        this.end = bytes.length;
    }

    /**
     * Reads a world; null for a core module.
     *
     * @throws Problem INVALID when the bytes are neither a module nor a component
     */
    static WasmConfig.@Nullable Component read(byte[] bytes, String source, @Nullable String target) {
        ByteBuffer header = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        if (bytes.length < 8 || header.getInt(0) != 0x6d73_6100) {
            throw Problem.invalid(source + ": no Wasm magic number (expected: a module or component)");
        }
        int version = header.getInt(4);
        if (version == MODULE_VERSION) {
            return null;
        }
        if (version != COMPONENT_VERSION) {
            throw Problem.invalid(source + ": version 0x" + Integer.toHexString(version)
                    + " (expected: a module of version 1 or a component of version 0xd)");
        }
        return new ComponentWorld(bytes, source).read(target);
    }

    private WasmConfig.Component read(@Nullable String target) {
        List<String> imports = new ArrayList<>();
        List<String> exports = new ArrayList<>();
        while (at < bytes.length) {
            end = bytes.length;
            int section = next();
            int length = count(bytes.length);
            if (length > bytes.length - at) {
                throw wrong("a section longer than the file");
            }
            int next = at + length;
            end = next;
            if (section == IMPORTS) {
                names(imports, false);
            } else if (section == EXPORTS) {
                names(exports, true);
            }
            at = next;
        }
        return new WasmConfig.Component(List.copyOf(exports), List.copyOf(imports), target);
    }

    private void names(List<String> into, boolean exports) {
        int count = count(MAX_NAMES);
        for (int i = 0; i < count; i++) {
            if (into.size() == MAX_NAMES) {
                throw Problem.tooLarge(source + ": more than " + MAX_NAMES + " imports or exports");
            }
            into.add(name());
            if (exports) {
                sort();
                count(Integer.MAX_VALUE);
                if (flag("an optional type")) {
                    type();
                }
            } else {
                type();
            }
        }
    }

    private String name() {
        int kind = next();
        if (kind > 1) {
            throw wrong("a name of kind " + kind);
        }
        int length = count(bytes.length);
        if (length > end - at) {
            throw wrong("a name longer than its section");
        }
        try {
            String name = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, at, length))
                    .toString();
            at += length;
            return name;
        } catch (CharacterCodingException e) {
            throw wrong("a name that is not UTF-8");
        }
    }

    private void sort() {
        if (next() == 0) {
            next();
        }
    }

    /** An externdesc. */
    private void type() {
        int kind = next();
        switch (kind) {
            case 0 -> {
                next();
                count(Integer.MAX_VALUE);
            }
            case 1, 4, 5 -> count(Integer.MAX_VALUE);
            case 2 -> {
                flag("a value's bound");
                count(Integer.MAX_VALUE);
            }
            case 3 -> {
                if (!flag("a type's bound")) {
                    count(Integer.MAX_VALUE);
                }
            }
            default -> throw wrong("a type of kind " + kind);
        }
    }

    private boolean flag(String what) {
        int value = next();
        if (value > 1) {
            throw wrong(what + " of kind " + value);
        }
        return value == 1;
    }

    /** An unsigned 32-bit LEB128 number of at most {@code max}. */
    private int count(int max) {
        long value = 0;
        for (int shift = 0; shift < 35; shift += 7) {
            int b = next();
            value |= (long) (b & 0x7f) << shift;
            if ((b & 0x80) == 0) {
                if (value > max) {
                    throw wrong("the number " + value + " where at most " + max + " fits");
                }
                return (int) value;
            }
        }
        throw wrong("a number longer than 32 bits");
    }

    private int next() {
        if (at >= end) {
            throw wrong("an end within a section");
        }
        return bytes[at++] & 0xff;
    }

    private Problem wrong(String found) {
        return Problem.invalid(source + ": " + found + " at byte " + at + " (expected: a component)");
    }
}
