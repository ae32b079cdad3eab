package dev.polder.wasm.component.internal.plan;

import dev.polder.kernel.model.Digest;
import dev.polder.wasm.component.internal.binary.CoreEncoding;
import dev.polder.wasm.component.internal.binary.Encoder;
import dev.polder.wasm.engine.CompiledModule;
import dev.polder.wasm.engine.FunctionType;
import dev.polder.wasm.engine.HostFunctions;
import dev.polder.wasm.engine.LinkedModule;
import dev.polder.wasm.engine.WasmEngine;
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
        Encoder section = new Encoder().number(types.size());
        types.keySet().forEach(type -> CoreEncoding.function(section, type));
        Encoder imports = new Encoder().number(functions.size());
        Encoder exports = new Encoder().number(functions.size());
        for (int i = 0; i < functions.size(); i++) {
            imports.name(MODULE).name(Integer.toString(i)).octet(0).number(types.getOrDefault(functions.get(i), 0));
            exports.name(Integer.toString(i)).octet(0).number(i);
        }
        return Encoder.coreModule()
                .section(1, section.bytes())
                .section(2, imports.bytes())
                .section(7, exports.bytes())
                .bytes();
    }
}
