package dev.polder.wasm.component.internal.binary;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.component.ComponentLimits;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/*
 * A core module's memory exists only once the module is instantiated, and lowering a function needs that memory. So the
 * tools that write components give the module functions of a "shim" that call through a table, and fill the table with
 * the lowered functions afterwards, by instantiating a "fixup" module whose only content is an element segment. Both are
 * recognized by what is in them, to the last instruction, and by no name.
 */
/** Recognizes core modules that do nothing but pass calls on through a table, and those that fill it. */
public final class Trampolines {

    private static final int CUSTOM = 0;
    private static final int TYPES = 1;
    private static final int IMPORTS = 2;
    private static final int FUNCTIONS = 3;
    private static final int TABLES = 4;
    private static final int EXPORTS = 7;
    private static final int START = 8;
    private static final int ELEMENTS = 9;
    private static final int CODE = 10;

    /** No module like these is larger. */
    private static final int MOST_BYTES = 256 * 1024;

    private static final int PREAMBLE = 8;

    /**
     * Functions that each call one entry of the module's table, with the arguments as they are.
     *
     * @param entries by the name of the export
     * @param table the name that the table is exported as
     * @param size of the table
     */
    public record Shim(Map<String, Integer> entries, String table, int size) {}

    /**
     * Fills a table from its start.
     *
     * @param table the number of the import that is the table
     * @param entries the numbers of the imports that become its entries, in order
     */
    public record Fixup(int table, List<Integer> entries) {}

    private Trampolines() {}

    /** Whether a module runs code when it is instantiated. */
    public static boolean hasStart(ModuleSlice module) {
        Cursor all = module.cursor(ComponentLimits.DEFAULT);
        all.part(PREAMBLE);
        while (all.remaining() > 0) {
            int section = all.oneByte();
            all.part(all.size("section"));
            if (section == START) {
                return true;
            }
        }
        return false;
    }

    /** The module as a shim, if it is one. */
    public static Optional<Shim> shim(ModuleSlice module) {
        return read(module, Trampolines::readShim);
    }

    /** The module as a fixup, if it is one. */
    public static Optional<Fixup> fixup(ModuleSlice module) {
        return read(module, Trampolines::readFixup);
    }

    private interface Reader<T> {
        Optional<T> read(Map<Integer, Cursor> sections);
    }

    private static <T> Optional<T> read(ModuleSlice module, Reader<T> reader) {
        if (module.size() > MOST_BYTES) {
            return Optional.empty();
        }
        try {
            Map<Integer, Cursor> sections = new HashMap<>();
            Cursor all = module.cursor(ComponentLimits.DEFAULT);
            all.part(PREAMBLE);
            while (all.remaining() > 0) {
                int section = all.oneByte();
                Cursor content = all.part(all.size("section"));
                if (section != CUSTOM) {
                    sections.put(section, content);
                }
            }
            return reader.read(sections);
        } catch (Problem other) {
            // Something that this reader does not know stands where a trampoline has what it has: it is none.
            return Optional.empty();
        }
    }

    private static Optional<Shim> readShim(Map<Integer, Cursor> sections) {
        Cursor types = sections.remove(TYPES);
        Cursor functions = sections.remove(FUNCTIONS);
        Cursor tables = sections.remove(TABLES);
        Cursor exports = sections.remove(EXPORTS);
        Cursor code = sections.remove(CODE);
        if (types == null || functions == null || tables == null || exports == null || code == null) {
            return Optional.empty();
        }
        List<Integer> params = types.list("types", () -> parameters(types));
        List<Integer> typeOf = functions.list("functions", functions::u32);
        List<Integer> tableSizes = tables.list("tables", () -> table(tables));
        if (!sections.isEmpty() || tableSizes.size() != 1) {
            return Optional.empty();
        }
        List<Integer> called = new ArrayList<>();
        int bodies = code.u32();
        for (int i = 0; i < bodies; i++) {
            int type = typeOf.get(i);
            called.add(entry(code.part(code.size("body")), type, params.get(type)));
        }
        Map<String, Integer> entries = new HashMap<>();
        String table = null;
        int count = exports.u32();
        for (int i = 0; i < count; i++) {
            String name = exports.name();
            int kind = exports.oneByte();
            int index = exports.u32();
            if (kind == 0) {
                entries.put(name, called.get(index));
            } else if (kind == 1 && table == null) {
                table = name;
            } else {
                return Optional.empty();
            }
        }
        int size = tableSizes.getFirst();
        return table == null || entries.values().stream().anyMatch(e -> e < 0 || e >= size)
                ? Optional.empty()
                : Optional.of(new Shim(Map.copyOf(entries), table, size));
    }

    /** Reads a function type; gives the number of its parameters. */
    private static int parameters(Cursor in) {
        in.expect(0x60, "function type");
        int params = in.list("parameters", in::oneByte).size();
        in.list("results", in::oneByte);
        return params;
    }

    /** Reads the type of a table of functions; gives its minimum. */
    private static int table(Cursor in) {
        in.expect(0x70, "element type");
        boolean bounded = in.oneByte() == 1;
        int minimum = in.u32();
        if (bounded) {
            in.u32();
        }
        return minimum;
    }

    /** Reads a body that calls an entry of the table with all its parameters; gives the entry. */
    private static int entry(Cursor body, int type, int params) {
        body.expect(0, "locals");
        for (int i = 0; i < params; i++) {
            body.expect(0x20, "local.get");
            number(body, i);
        }
        body.expect(0x41, "i32.const");
        int entry = constant(body);
        body.expect(0x11, "call_indirect");
        number(body, type);
        number(body, 0);
        body.expect(0x0b, "end");
        body.expectEnd("body");
        return entry;
    }

    private static void number(Cursor in, int expected) {
        int found = in.u32();
        if (found != expected) {
            throw in.invalid("number " + found + " (expected: " + expected + ")");
        }
    }

    /** A signed number; only what is not negative is of use here. */
    private static int constant(Cursor in) {
        int value = 0;
        for (int shift = 0; shift < 35; shift += 7) {
            int b = in.oneByte();
            value |= (b & 0x7f) << shift;
            if (b < 0x80) {
                return (b & 0x40) != 0 && shift < 28 ? -1 : value;
            }
        }
        throw in.invalid("a constant of more than five bytes (expected: at most 32 bits)");
    }

    private static Optional<Fixup> readFixup(Map<Integer, Cursor> sections) {
        sections.remove(TYPES);
        Cursor imports = sections.remove(IMPORTS);
        Cursor elements = sections.remove(ELEMENTS);
        if (imports == null || elements == null || !sections.isEmpty()) {
            return Optional.empty();
        }
        List<Integer> functions = new ArrayList<>();
        int table = -1;
        int count = imports.u32();
        for (int i = 0; i < count; i++) {
            imports.name();
            imports.name();
            int kind = imports.oneByte();
            if (kind == 0) {
                imports.u32();
                functions.add(i);
            } else if (kind == 1 && table < 0) {
                table(imports);
                table = i;
            } else {
                return Optional.empty();
            }
        }
        number(elements, 1);
        number(elements, 0); // active, of table 0
        elements.expect(0x41, "i32.const");
        elements.expect(0, "offset");
        elements.expect(0x0b, "end");
        List<Integer> entries = new ArrayList<>();
        for (int function : elements.list("entries", elements::u32)) {
            entries.add(functions.get(function));
        }
        return table < 0 ? Optional.empty() : Optional.of(new Fixup(table, List.copyOf(entries)));
    }
}
