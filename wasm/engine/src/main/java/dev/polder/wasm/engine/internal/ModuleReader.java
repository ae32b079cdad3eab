package dev.polder.wasm.engine.internal;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.engine.ExportType;
import dev.polder.wasm.engine.ExternType;
import dev.polder.wasm.engine.FunctionType;
import dev.polder.wasm.engine.GlobalType;
import dev.polder.wasm.engine.ImportType;
import dev.polder.wasm.engine.MemoryType;
import dev.polder.wasm.engine.ModuleLimits;
import dev.polder.wasm.engine.TableType;
import dev.polder.wasm.engine.ValueType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Reads the outside of a module: types, imports, exports, and the first sizes of memories and tables. Applies the limits
 * before an engine spends anything; the engine validates the rest. (WebAssembly core specification, section 5.5.)
 */
public final class ModuleReader {

    private static final int MAGIC = 0x6d736100;
    private static final int CORE_VERSION = 1;
    private static final int COMPONENT_VERSION = 0x0001_000d;

    // Far above what compilers emit. Each entry is an object here, and three bytes in a module can be one.
    private static final int MOST_TYPES = 100_000;
    private static final int MOST_OF_FUNCTION = 1_000;
    private static final int MOST_VALUES = 1_000_000;
    private static final int MOST_GLOBALS = 100_000;
    private static final int MOST_MEMORIES = 1_000;
    private static final int MOST_TABLES = 1_000;

    /** What an instance takes beside its memories and tables, by the structures of Wasmtime's {@code vmcontext}; near. */
    private static final long CONTEXT_BYTES = 512;

    private static final long FUNCTION_BYTES = 32;
    private static final long GLOBAL_BYTES = 16;

    private final ModuleLimits limits;
    private final ByteReader in;
    private final List<FunctionType> types = new ArrayList<>();
    private final List<FunctionType> functions = new ArrayList<>();
    private final List<MemoryType> memories = new ArrayList<>();
    private final List<TableType> tables = new ArrayList<>();
    private final List<GlobalType> globals = new ArrayList<>();
    private final List<ImportType> imports = new ArrayList<>();
    private final List<ExportType> exports = new ArrayList<>();
    private int values;
    private int importedMemories;
    private int importedTables;

    private ModuleReader(byte[] bytes, ModuleLimits limits) {
        this.in = new ByteReader(bytes);
        this.limits = limits;
    }

    /** Reads a module; throws INVALID with the offset, TOO_LARGE or UNSUPPORTED. */
    public static ModuleTypes read(byte[] bytes, ModuleLimits limits) {
        if (bytes.length > limits.moduleBytes()) {
            throw Problem.tooLarge(
                    "module: " + bytes.length + " bytes (expected: at most " + limits.moduleBytes() + ")");
        }
        ModuleReader reader = new ModuleReader(bytes, limits);
        try {
            return reader.module();
        } catch (ByteReader.Malformed e) {
            throw e.problem();
        }
    }

    private ModuleTypes module() {
        if (in.remaining() < 8 || in.fixedInt() != MAGIC) {
            throw in.malformed("no WebAssembly module (expected: the bytes \\0asm and a version at its start)");
        }
        int version = in.fixedInt();
        if (version == COMPONENT_VERSION) {
            throw unsupported("a component (expected: a core module)");
        }
        if (version != CORE_VERSION) {
            throw in.malformed("binary version " + Integer.toUnsignedString(version) + " (expected: 1)");
        }
        while (in.remaining() > 0) {
            int id = in.oneByte();
            int size = in.size("section");
            int end = in.position() + size;
            section(id, end);
        }
        return new ModuleTypes(
                imports,
                exports,
                memories.subList(importedMemories, memories.size()),
                tables.subList(importedTables, tables.size()),
                CONTEXT_BYTES + functions.size() * FUNCTION_BYTES + globals.size() * GLOBAL_BYTES);
    }

    private void section(int id, int end) {
        switch (id) {
            case 1 -> times("types", MOST_TYPES, () -> types.add(functionType()));
            case 2 -> imports(end);
            case 3 -> functions();
            case 4 -> times("tables", MOST_TABLES, () -> tables.add(table()));
            case 5 -> times("memories", MOST_MEMORIES, () -> memories.add(memory()));
            case 6 -> globals();
            case 7 -> exports();
            default -> {
                if (id > 13) {
                    throw in.malformed("section " + id + " (expected: 0 to 13)");
                }
                in.skipTo(end);
            }
        }
        if (in.position() != end) {
            throw in.malformed("section " + id + " ends at byte " + in.position() + " (expected: " + end + ")");
        }
    }

    private static void atMost(int most, int count, String what) {
        if (count > most) {
            throw Problem.tooLarge("module: " + count + " " + what + " (expected: at most " + most + ")");
        }
    }

    private void times(String what, int most, Runnable item) {
        int count = in.count();
        atMost(most, count, what);
        for (int i = 0; i < count; i++) {
            item.run();
        }
    }

    private FunctionType functionType() {
        int form = in.oneByte();
        if (form != 0x60) {
            if (form == 0x4e || form == 0x4f || form == 0x50 || form == 0x5e || form == 0x5f) {
                throw unsupported("garbage-collected types");
            }
            throw in.malformed("type form 0x" + Integer.toHexString(form) + " (expected: 0x60, a function)");
        }
        return new FunctionType(valueTypes(), valueTypes());
    }

    private List<ValueType> valueTypes() {
        int count = in.count();
        values += count;
        atMost(MOST_OF_FUNCTION, count, "parameters or results of a function");
        atMost(MOST_VALUES, values, "parameters and results");
        List<ValueType> read = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            read.add(valueType());
        }
        return read;
    }

    private ValueType valueType() {
        int code = in.oneByte();
        return switch (code) {
            case 0x7f -> ValueType.I32;
            case 0x7e -> ValueType.I64;
            case 0x7d -> ValueType.F32;
            case 0x7c -> ValueType.F64;
            case 0x7b -> ValueType.V128;
            case 0x70 -> ValueType.FUNCREF;
            case 0x6f -> ValueType.EXTERNREF;
            case 0x63, 0x64, 0x65, 0x66, 0x67, 0x68, 0x69, 0x6a, 0x6b, 0x6c, 0x6d, 0x6e, 0x71, 0x72, 0x73, 0x74 ->
                throw unsupported("typed references");
            default -> throw in.malformed("value type 0x" + Integer.toHexString(code) + " (expected: a known one)");
        };
    }

    private void imports(int end) {
        int count = in.count();
        atMost(limits.imports(), count, "imports");
        for (int i = 0; i < count; i++) {
            String module = in.name();
            String name = in.name();
            int kind = in.oneByte();
            imports.add(new ImportType(module, name, imported(kind)));
        }
        if (in.position() > end) {
            throw in.malformed("imports pass the end of their section");
        }
    }

    private ExternType imported(int kind) {
        return switch (kind) {
            case 0 -> added(functions, at(types, in.index(), "type"));
            case 1 -> {
                importedTables++;
                yield added(tables, table());
            }
            case 2 -> {
                importedMemories++;
                yield added(memories, memory());
            }
            case 3 -> added(globals, global());
            case 4 -> throw unsupported("imported exceptions");
            default -> throw in.malformed("import kind " + kind + " (expected: 0 to 4)");
        };
    }

    private static <T> T added(List<T> list, T item) {
        list.add(item);
        return item;
    }

    private void functions() {
        int count = in.count();
        atMost(limits.functions(), count, "functions");
        for (int i = 0; i < count; i++) {
            functions.add(at(types, in.index(), "type"));
        }
    }

    private TableType table() {
        int first = in.peek();
        if (first == 0x40) {
            throw unsupported("tables with an initial value");
        }
        ValueType element = valueType();
        int flags = in.oneByte();
        if (flags > 1) {
            throw unsupported("tables of 64-bit size or shared");
        }
        long minimum = in.u32();
        return new TableType(element, minimum, in.optionalU32(flags == 1));
    }

    private MemoryType memory() {
        int flags = in.oneByte();
        if (flags > 1) {
            throw unsupported((flags & 4) != 0 ? "64-bit memory" : "shared memory or pages of another size");
        }
        long minimum = in.u32();
        return new MemoryType(minimum, in.optionalU32(flags == 1));
    }

    private GlobalType global() {
        ValueType value = valueType();
        int mutable = in.oneByte();
        if (mutable > 1) {
            throw in.malformed("mutability " + mutable + " (expected: 0 or 1)");
        }
        return new GlobalType(value, mutable == 1);
    }

    private void globals() {
        int count = in.count();
        atMost(MOST_GLOBALS, count, "globals");
        for (int i = 0; i < count; i++) {
            globals.add(global());
            in.skipConstant();
        }
    }

    private void exports() {
        int count = in.count();
        atMost(limits.exports(), count, "exports");
        Set<String> names = new HashSet<>();
        for (int i = 0; i < count; i++) {
            String name = in.name();
            if (!names.add(name)) {
                throw in.malformed("export \"" + name + "\" stands twice (expected: names that differ)");
            }
            int kind = in.oneByte();
            int index = in.index();
            ExternType type = switch (kind) {
                case 0 -> at(functions, index, "function");
                case 1 -> at(tables, index, "table");
                case 2 -> at(memories, index, "memory");
                case 3 -> at(globals, index, "global");
                case 4 -> throw unsupported("exported exceptions");
                default -> throw in.malformed("export kind " + kind + " (expected: 0 to 4)");
            };
            exports.add(new ExportType(name, type));
        }
    }

    private <T> T at(List<T> list, int index, String what) {
        if (index >= list.size()) {
            throw in.malformed(what + " " + index + " (expected: below " + list.size() + ")");
        }
        return list.get(index);
    }

    private static Problem unsupported(String what) {
        return new Problem(
                Problem.Code.UNSUPPORTED,
                Problem.WhoFailed.CALLER,
                false,
                "the module uses " + what + ", which this build does not run",
                null,
                null);
    }
}
