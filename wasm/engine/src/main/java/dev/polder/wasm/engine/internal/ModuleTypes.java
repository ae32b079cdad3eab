package dev.polder.wasm.engine.internal;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.engine.ExportType;
import dev.polder.wasm.engine.GuestLimit;
import dev.polder.wasm.engine.ImportType;
import dev.polder.wasm.engine.InstanceLimits;
import dev.polder.wasm.engine.MemoryType;
import dev.polder.wasm.engine.TableType;
import java.util.List;

/**
 * What a module says of itself, read once.
 *
 * @param memories those that it defines
 * @param tables those that it defines
 * @param contextBytes what an instance takes beside them
 */
public record ModuleTypes(
        List<ImportType> imports,
        List<ExportType> exports,
        List<MemoryType> memories,
        List<TableType> tables,
        long contextBytes) {

    /** What an element of a table takes. */
    public static final long ELEMENT_BYTES = 8;

    public ModuleTypes {
        imports = List.copyOf(imports);
        exports = List.copyOf(exports);
        memories = List.copyOf(memories);
        tables = List.copyOf(tables);
    }

    /** What an instance takes when it begins. */
    public long firstBytes() {
        long bytes = contextBytes;
        for (MemoryType memory : memories) {
            bytes += memory.minimum() * MemoryType.PAGE;
        }
        for (TableType table : tables) {
            bytes += table.minimum() * ELEMENT_BYTES;
        }
        return bytes;
    }

    /** Places in the engine's pool: a memory each, and two tables, with the one that a module gets more of each. */
    public int places() {
        return Math.max(memories.size() + 1, (tables.size() + 2) / 2);
    }

    /** Refuses an instance whose first memory or table is over the limits, in words that name the number. */
    public void checkFits(InstanceLimits limits) {
        if (memories.size() > limits.memories()) {
            throw tooLarge(GuestLimit.MEMORY, "memories", memories.size(), limits.memories());
        }
        if (tables.size() > limits.tables()) {
            throw tooLarge(GuestLimit.TABLE, "tables", tables.size(), limits.tables());
        }
        for (MemoryType memory : memories) {
            if (memory.minimum() > limits.memoryBytes() / MemoryType.PAGE) {
                throw tooLarge(
                        GuestLimit.MEMORY, "bytes of memory", memory.minimum() * MemoryType.PAGE, limits.memoryBytes());
            }
        }
        for (TableType table : tables) {
            if (table.minimum() > limits.tableElements()) {
                throw tooLarge(GuestLimit.TABLE, "table elements", table.minimum(), limits.tableElements());
            }
        }
    }

    private static Problem tooLarge(GuestLimit passed, String what, long wanted, long limit) {
        return passed.passed(
                "the module wants " + wanted + " " + what + " at its start (expected: at most " + limit + ")");
    }
}
