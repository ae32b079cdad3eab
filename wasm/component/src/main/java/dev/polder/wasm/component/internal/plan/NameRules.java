package dev.polder.wasm.component.internal.plan;

import dev.polder.wasm.component.FuncType;
import dev.polder.wasm.component.ResourceType;
import dev.polder.wasm.component.ValType;
import dev.polder.wasm.component.internal.binary.Names;
import dev.polder.wasm.component.internal.binary.Refusal;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The rules for names that stand beside each other: each once, and methods beside their resource. */
final class NameRules {

    private final Set<String> names = new HashSet<>();
    private final Map<String, ResourceType> resources = new HashMap<>();

    void add(String name, Item item, int offset) {
        if (!names.add(Names.unique(name))) {
            throw Refusal.invalid(offset, "name \"" + name + "\" twice (expected: once, in any spelling)");
        }
        if (item instanceof Item.Resource resource) {
            resources.put(name, resource.type());
        }
        Optional<String> owner = Names.resource(name);
        if (owner.isPresent()) {
            member(name, owner.get(), item, offset);
        }
    }

    private void member(String name, String owner, Item item, int offset) {
        ResourceType resource = resources.get(owner);
        if (!(item instanceof Item.Function function) || resource == null) {
            throw Refusal.invalid(
                    offset, "\"" + name + "\" (expected: a function, and a resource \"" + owner + "\" before it)");
        }
        FuncType type = function.type();
        if (name.startsWith("[method]")) {
            if (type.params().isEmpty()
                    || !type.params().getFirst().equals(new FuncType.Param("self", new ValType.Borrow(resource)))) {
                throw Refusal.invalid(
                        offset, "\"" + name + "\" (expected: a first parameter self: borrow<" + owner + ">)");
            }
        } else if (name.startsWith("[constructor]") && !makes(type, resource)) {
            throw Refusal.invalid(offset, "\"" + name + "\" (expected: a result own<" + owner + ">)");
        }
    }

    private static boolean makes(FuncType type, ResourceType resource) {
        ValType own = new ValType.Own(resource);
        return type.result()
                .filter(r -> r.equals(own)
                        || (r instanceof ValType.ResultOf result
                                && result.ok().filter(own::equals).isPresent()))
                .isPresent();
    }
}
