package dev.polder.wasm.component.internal.plan;

import dev.polder.wasm.component.ComponentPart;
import dev.polder.wasm.component.FuncType;
import dev.polder.wasm.component.internal.abi.ServiceKey;
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
        return supply(wanted, scope, "", new Plan.Grant(null, false, new ServiceKey("", label(wanted))));
    }

    /** The imports of a part, apart from the root's: the host may give it something else, or nothing. */
    Planner.ImportSource of(ComponentPart part) {
        return (wanted, scope) -> {
            String name = wanted.interfaceName().orElse(wanted.name());
            InterfaceName parsed = InterfaceName.parse(name);
            String refusal =
                    part.refused().test(parsed.name()) ? part.name() + ": " + name + " is not granted to it" : null;
            boolean nothing = part.nothing().test(parsed.name());
            ServiceKey services = new ServiceKey(part.ownServices() ? part.name() : "", label(wanted));
            return supply(wanted, scope, " of " + part.name(), new Plan.Grant(refusal, nothing, services));
        };
    }

    /** The plain name of an import that says which interface it is. */
    private static String label(Definition.Import wanted) {
        return wanted.interfaceName().isPresent() ? wanted.name() : "";
    }

    private Item supply(Definition.Import wanted, Scope scope, String mark, Plan.Grant grant) {
        String key = wanted.name() + mark;
        String owner = wanted.description() instanceof ExternDesc.Instance ? key : "";
        Item item = shapes.declare(scope, wanted.description(), owner, key, null, wanted.offset());
        if (item instanceof Item.Instance instance) {
            imports.put(key, describe(wanted.interfaceName().orElse(wanted.name()), instance, grant));
        } else {
            Plan.Import own = imports.computeIfAbsent(
                    "", n -> new Plan.Import("", new LinkedHashMap<>(), new ArrayList<>(), Plan.Grant.ALL));
            add(wanted.name(), item, own.functions(), own.resources());
        }
        return item;
    }

    private static Plan.Import describe(String implemented, Item.Instance instance, Plan.Grant grant) {
        Map<String, FuncType> functions = new LinkedHashMap<>();
        List<String> resources = new ArrayList<>();
        instance.exports().forEach((name, item) -> add(name, item, functions, resources));
        return new Plan.Import(implemented, functions, resources, grant);
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
