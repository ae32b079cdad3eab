package dev.polder.wasm.component.internal.plan;

import dev.polder.kernel.model.Digest;
import dev.polder.wasm.engine.CompiledModule;
import dev.polder.wasm.engine.FunctionType;
import dev.polder.wasm.engine.HostFunctions;
import dev.polder.wasm.engine.LinkedModule;
import dev.polder.wasm.engine.ValueType;
import dev.polder.wasm.engine.WasmEngine;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A core module that imports functions of the host and exports them as they are. Linked once, each instance of it makes
 * all of them for a store in one step; made one by one they would cost more than the rest of a small instance.
 */
final class HostModule {

    /** The name of the module that all are imported from. */
    private static final String MODULE = "h";

    /** Functions in one of these modules: well below what an engine takes. */
    static final int SIZE = 500;

    private HostModule() {}

    /** The modules for these functions in order, {@link #SIZE} in each. */
    static List<CompiledModule> compile(WasmEngine engine, List<FunctionType> functions) {
        List<CompiledModule> modules = new ArrayList<>();
        for (int from = 0; from < functions.size(); from += SIZE) {
            byte[] bytes = bytes(functions.subList(from, Math.min(functions.size(), from + SIZE)));
            modules.add(engine.compile(bytes, Digest.of(bytes)));
        }
        return modules;
    }

    /** The modules, linked with these functions in the same order. */
    static List<LinkedModule> link(List<CompiledModule> modules, List<HostFunctions.Definition> definitions) {
        List<LinkedModule> linked = new ArrayList<>();
        for (int from = 0; from < definitions.size(); from += SIZE) {
            List<HostFunctions.Definition> part = definitions.subList(from, Math.min(definitions.size(), from + SIZE));
            HostFunctions.Builder builder = HostFunctions.builder();
            for (int i = 0; i < part.size(); i++) {
                builder.add(
                        MODULE,
                        Integer.toString(i),
                        part.get(i).type(),
                        part.get(i).function());
            }
            linked.add(modules.get(linked.size()).link(builder.build()));
        }
        return linked;
    }

    private static byte[] bytes(List<FunctionType> functions) {
        Map<FunctionType, Integer> types = new LinkedHashMap<>();
        functions.forEach(f -> types.putIfAbsent(f, types.size()));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(new byte[] {0, 'a', 's', 'm', 1, 0, 0, 0});
        ByteArrayOutputStream section = new ByteArrayOutputStream();
        number(section, types.size());
        for (FunctionType type : types.keySet()) {
            section.write(0x60);
            values(section, type.params());
            values(section, type.results());
        }
        section(out, 1, section);
        number(section, functions.size());
        for (int i = 0; i < functions.size(); i++) {
            name(section, MODULE);
            name(section, Integer.toString(i));
            section.write(0);
            number(section, types.getOrDefault(functions.get(i), 0));
        }
        section(out, 2, section);
        number(section, functions.size());
        for (int i = 0; i < functions.size(); i++) {
            name(section, Integer.toString(i));
            section.write(0);
            number(section, i);
        }
        section(out, 7, section);
        return out.toByteArray();
    }

    private static void values(ByteArrayOutputStream out, List<ValueType> types) {
        number(out, types.size());
        for (ValueType type : types) {
            out.write(
                    switch (type) {
                        case I32 -> 0x7f;
                        case I64 -> 0x7e;
                        case F32 -> 0x7d;
                        case F64 -> 0x7c;
                        case V128 -> 0x7b;
                        case FUNCREF -> 0x70;
                        case EXTERNREF -> 0x6f;
                    });
        }
    }

    private static void name(ByteArrayOutputStream out, String name) {
        byte[] bytes = name.getBytes(StandardCharsets.US_ASCII);
        number(out, bytes.length);
        out.writeBytes(bytes);
    }

    private static void section(ByteArrayOutputStream out, int id, ByteArrayOutputStream content) {
        out.write(id);
        number(out, content.size());
        out.writeBytes(content.toByteArray());
        content.reset();
    }

    private static void number(ByteArrayOutputStream out, int value) {
        int rest = value;
        while (rest > 0x7f) {
            out.write((rest & 0x7f) | 0x80);
            rest >>>= 7;
        }
        out.write(rest);
    }
}
