package dev.polder.wasm.component.internal.compose;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.component.ResourceType;
import dev.polder.wasm.component.ValType;
import dev.polder.wasm.component.internal.abi.CanonicalAbi;
import dev.polder.wasm.component.internal.binary.CoreEncoding;
import dev.polder.wasm.component.internal.binary.Encoder;
import dev.polder.wasm.component.internal.binary.Sort;
import dev.polder.wasm.component.internal.plan.ImportedItems.Imported;
import dev.polder.wasm.component.internal.plan.Item;
import dev.polder.wasm.engine.FunctionType;
import dev.polder.wasm.engine.ValueType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A component that exports what an interface has, for one that the interface is not granted to: its functions trap, under a
 * name that says why, or else answer with nothing, which is zero in every type: an empty list, none, the first case.
 *
 * @param resources that it imports, by name
 * @param values other types that it imports, by name
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Denial(byte[] component, Map<String, ResourceType> resources, Map<String, ValType> values) {

    private static final FunctionType REALLOC = FunctionType.of("iiii:i");
    private static final byte[] ANY_RESOURCE = {0x03, 0x01};

    /** @param answers whether functions answer with nothing, or trap */
    static Denial of(Imported wanted, Item.Instance instance, boolean answers) {
        List<String> names = new ArrayList<>();
        List<FunctionType> functions = new ArrayList<>();
        instance.exports().forEach((name, item) -> {
            if (item instanceof Item.Function function) {
                names.add(wanted.name() + "#" + name + " is not granted");
                functions.add(CanonicalAbi.liftedType(function.type()));
            }
        });
        names.add(wanted.name() + " is not granted");
        functions.add(REALLOC);
        ComponentWriter out = new ComponentWriter();
        Imports imports = new Imports(out);
        TypeWriter types = new TypeWriter(new Exported(out, imports.writer));
        int core = out.coreInstance(out.module(module(names, functions, answers)));
        int memory = out.coreAlias(Sort.CORE_MEMORY, core, "memory");
        int realloc = out.coreAlias(Sort.CORE_FUNC, core, Integer.toString(functions.size() - 1));
        int next = 0;
        for (Map.Entry<String, Item> export : instance.exports().entrySet()) {
            switch (export.getValue()) {
                case Item.Type type -> {
                    var _ = types.named(export.getKey(), type);
                }
                case Item.Function function -> {
                    int type = types.function(function.type());
                    int coreFunction = out.coreAlias(Sort.CORE_FUNC, core, Integer.toString(next++));
                    int lifted = out.lift(coreFunction, memory, realloc, type);
                    var _ = out.export(export.getKey(), Optional.empty(), Sort.FUNC, lifted);
                }
                default -> throw notPlain(wanted, export.getKey());
            }
        }
        return new Denial(out.bytes(), imports.resources, imports.values);
    }

    static Problem notPlain(Imported wanted, String export) {
        return Problem.invalid("import " + wanted.name() + ": \"" + export
                + "\" is an instance in an instance (expected: functions and types)");
    }

    /** The types that it exports: what is not of this interface is imported, and named here once more. */
    private record Exported(ComponentWriter out, TypeWriter imported) implements TypeSpace {

        @Override
        public int define(byte[] body) {
            return out.type(body);
        }

        @Override
        public int name(String name, int type) {
            return out.export(name, Optional.empty(), Sort.TYPE, type);
        }

        @Override
        public int outside(ResourceType resource) {
            return imported.index(resource);
        }

        @Override
        public OptionalInt outside(ValType type) {
            return OptionalInt.of(imported.defined(type));
        }
    }

    /** The types that it imports, all of them by name; they are made of imports alone. */
    private static final class Imports implements TypeSpace {

        private final ComponentWriter out;
        private final Map<String, ResourceType> resources = new LinkedHashMap<>();
        private final Map<String, ValType> values = new LinkedHashMap<>();
        private final TypeWriter writer = new TypeWriter(this);

        private Imports(ComponentWriter out) {
            this.out = out;
        }

        @Override
        public int define(byte[] body) {
            return out.type(body);
        }

        @Override
        public int name(String name, int type) {
            return out.imported(name, Optional.empty(), Sort.TYPE, ComponentWriter.sameType(type));
        }

        @Override
        public int outside(ResourceType resource) {
            String name = "r" + resources.size();
            resources.put(name, resource);
            return out.imported(name, Optional.empty(), Sort.TYPE, ANY_RESOURCE);
        }

        @Override
        public OptionalInt outside(ValType type) {
            int defined = out.type(writer.body(type));
            String name = "t" + values.size();
            values.put(name, type);
            return OptionalInt.of(name(name, defined));
        }
    }

    /** Exports its functions by number; the last one allocates, which nothing does that is not granted. */
    private static byte[] module(List<String> names, List<FunctionType> functions, boolean answers) {
        Encoder types = new Encoder().number(functions.size());
        Encoder indices = new Encoder().number(functions.size());
        Encoder exports = new Encoder().number(functions.size() + 1);
        Encoder code = new Encoder().number(functions.size());
        Encoder named = new Encoder().number(functions.size());
        for (int i = 0; i < functions.size(); i++) {
            CoreEncoding.function(types, functions.get(i));
            indices.number(i);
            exports.name(Integer.toString(i)).octet(0).number(i);
            Encoder body = new Encoder().number(0);
            if (answers && i < functions.size() - 1) {
                functions.get(i).results().forEach(result -> zero(body, result));
            } else {
                body.octet(0x00); // unreachable
            }
            code.sized(body.octet(0x0b).bytes());
            named.number(i).name(names.get(i));
        }
        exports.name("memory").octet(2).number(0);
        return Encoder.coreModule()
                .section(1, types.bytes())
                .section(3, indices.bytes())
                .section(
                        5,
                        new Encoder().number(1).octet(0).number(answers ? 1 : 0).bytes())
                .section(7, exports.bytes())
                .section(10, code.bytes())
                .section(0, new Encoder().name("name").section(1, named.bytes()).bytes())
                .bytes();
    }

    private static void zero(Encoder body, ValueType type) {
        switch (type) {
            case I32 -> body.octet(0x41).number(0);
            case I64 -> body.octet(0x42).number(0);
            case F32 -> body.octet(0x43).octets(new byte[Float.BYTES]);
            case F64 -> body.octet(0x44).octets(new byte[Double.BYTES]);
            case V128, FUNCREF, EXTERNREF -> throw new IllegalArgumentException(type + " carries no component value");
        }
    }
}
