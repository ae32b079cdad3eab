package dev.polder.wasm.component.internal.plan;

import dev.polder.wasm.component.FuncType;
import dev.polder.wasm.component.internal.binary.Definition;
import dev.polder.wasm.component.internal.binary.ExternDesc;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The imports of the root component: what the host has to give. */
final class RootImports implements Planner.ImportSource {

    private final Shapes shapes;
    private final Map<String, Plan.Import> imports = new LinkedHashMap<>();

    RootImports(Shapes shapes) {
        this.shapes = shapes;
    }

    @Override
    public Item supply(Definition.Import wanted, Scope scope) {
        String owner = wanted.description() instanceof ExternDesc.Instance ? wanted.name() : "";
        Item item = shapes.declare(scope, wanted.description(), owner, wanted.name(), null, wanted.offset());
        if (item instanceof Item.Instance instance) {
            imports.put(wanted.name(), describe(wanted.interfaceName().orElse(wanted.name()), instance));
        } else {
            Plan.Import own =
                    imports.computeIfAbsent("", n -> new Plan.Import("", new LinkedHashMap<>(), new ArrayList<>()));
            add(wanted.name(), item, own.functions(), own.resources());
        }
        return item;
    }

    private static Plan.Import describe(String implemented, Item.Instance instance) {
        Map<String, FuncType> functions = new LinkedHashMap<>();
        List<String> resources = new ArrayList<>();
        instance.exports().forEach((name, item) -> add(name, item, functions, resources));
        return new Plan.Import(implemented, functions, resources);
    }

    private static void add(String name, Item item, Map<String, FuncType> functions, List<String> resources) {
        if (item instanceof Item.Function function) {
            functions.put(name, function.type());
        } else if (item instanceof Item.Resource) {
            resources.add(name);
        }
    }

    Map<String, Plan.Import> imports() {
        return imports;
    }
}
