package dev.polder.wasm.engine.internal;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.engine.ExternType;
import dev.polder.wasm.engine.FunctionType;
import dev.polder.wasm.engine.GlobalType;
import dev.polder.wasm.engine.HostFunctions;
import dev.polder.wasm.engine.ImportType;
import dev.polder.wasm.engine.Imports;
import dev.polder.wasm.engine.MemoryType;
import dev.polder.wasm.engine.TableType;
import dev.polder.wasm.engine.WasmExtern;
import dev.polder.wasm.engine.WasmMemory;
import dev.polder.wasm.engine.WasmTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Puts together what a module imports and what it is given; names everything that does not fit. */
public final class ImportMatch {

    private static final int SHOWN = 20;

    private ImportMatch() {}

    /** The host functions in the order of the imports. */
    public static List<HostFunctions.Definition> functions(List<ImportType> imports, HostFunctions functions) {
        List<String> wrong = new ArrayList<>();
        List<HostFunctions.Definition> found = new ArrayList<>(imports.size());
        for (ImportType wanted : imports) {
            Optional<HostFunctions.Definition> definition = functions.find(wanted.module(), wanted.name());
            if (definition.isEmpty()) {
                wrong.add(wanted.toString());
            } else if (!definition.get().type().equals(wanted.type())) {
                wrong.add(wanted + " (expected: " + definition.get().type() + ")");
            } else {
                found.add(definition.get());
            }
        }
        refuse(wrong);
        return found;
    }

    /** The externs in the order of the imports. */
    public static List<WasmExtern> externs(List<ImportType> imports, Imports given) {
        List<String> wrong = new ArrayList<>();
        List<WasmExtern> found = new ArrayList<>(imports.size());
        for (ImportType wanted : imports) {
            Optional<WasmExtern> extern = given.find(wanted.module(), wanted.name());
            if (extern.isEmpty()) {
                wrong.add(wanted.toString());
            } else if (!matches(wanted.type(), extern.get())) {
                wrong.add(wanted + " (was given: " + extern.get().type() + ")");
            } else {
                found.add(extern.get());
            }
        }
        refuse(wrong);
        return found;
    }

    /** Refuses externs that, in the order of the imports, do not fit. */
    public static void check(List<ImportType> imports, List<? extends WasmExtern> externs) {
        if (imports.size() != externs.size()) {
            throw Problem.invalid(
                    "the module is given " + externs.size() + " imports (expected: " + imports.size() + ")");
        }
        List<String> wrong = new ArrayList<>();
        for (int i = 0; i < imports.size(); i++) {
            if (!matches(imports.get(i).type(), externs.get(i))) {
                wrong.add(imports.get(i) + " (was given: " + externs.get(i).type() + ")");
            }
        }
        refuse(wrong);
    }

    private static boolean matches(ExternType wanted, WasmExtern given) {
        return switch (wanted) {
            case FunctionType f -> f.equals(given.type());
            case GlobalType g -> g.equals(given.type());
            case MemoryType m ->
                given instanceof WasmMemory memory
                        && memory.byteSize() / MemoryType.PAGE >= m.minimum()
                        && within(memory.type().maximum(), m.maximum());
            case TableType t ->
                given instanceof WasmTable table
                        && table.type().element() == t.element()
                        && table.size() >= t.minimum()
                        && within(table.type().maximum(), t.maximum());
        };
    }

    private static boolean within(OptionalLong given, OptionalLong wanted) {
        return wanted.isEmpty() || (given.isPresent() && given.getAsLong() <= wanted.getAsLong());
    }

    private static void refuse(List<String> wrong) {
        if (wrong.isEmpty()) {
            return;
        }
        List<String> shown = wrong.subList(0, Math.min(SHOWN, wrong.size()));
        throw Problem.invalid("the module imports what it is not given: " + String.join("; ", shown)
                + (wrong.size() > SHOWN ? "; and " + (wrong.size() - SHOWN) + " more" : ""));
    }
}
