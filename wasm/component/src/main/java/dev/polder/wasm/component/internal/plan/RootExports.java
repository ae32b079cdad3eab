package dev.polder.wasm.component.internal.plan;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;

/** The exports of the root component, as a table of functions. */
final class RootExports {

    private RootExports() {}

    static Map<String, Plan.Export> of(Map<String, Item> items) {
        Map<String, Plan.Export> exports = new LinkedHashMap<>();
        items.forEach((name, item) -> {
            if (item instanceof Item.Instance instance) {
                Plan.Export export = empty();
                instance.exports().forEach((inner, part) -> add(inner, part, export));
                exports.put(name, export);
            } else if (item instanceof Item.Function || item instanceof Item.Resource) {
                add(name, item, exports.computeIfAbsent("", n -> empty()));
            }
        });
        return exports;
    }

    private static Plan.Export empty() {
        return new Plan.Export(new LinkedHashMap<>(), new LinkedHashMap<>(), new ArrayList<>());
    }

    private static void add(String name, Item item, Plan.Export export) {
        if (item instanceof Item.Function function) {
            export.types().put(name, function.type());
        }
        if (item instanceof Item.Lifted lifted) {
            export.functions().put(name, lifted.function());
        } else if (item instanceof Item.Resource) {
            export.resources().add(name);
        }
    }
}
