package dev.polder.wasm.component.internal.plan;

import dev.polder.wasm.component.ComponentLimits;
import dev.polder.wasm.component.FuncType;
import dev.polder.wasm.component.ResourceType;
import dev.polder.wasm.component.internal.binary.Definition;
import dev.polder.wasm.component.internal.binary.ExternDesc;
import dev.polder.wasm.component.internal.binary.Refusal;
import dev.polder.wasm.component.internal.binary.Sort;
import dev.polder.wasm.component.internal.binary.TypeBody;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Evaluates the types of imports and exports. With an item that is given, it is checked against the type, part by part;
 * without one, the item is what the host will have to give, and its resources are new.
 */
final class Shapes {

    private final ComponentLimits limits;
    private final Budget budget;
    private final Map<ResourceType, Plan.ImportedResource> importedResources = new LinkedHashMap<>();
    private @Nullable Map<String, ResourceType> shared;

    Shapes(ComponentLimits limits, Budget budget) {
        this.limits = limits;
        this.budget = budget;
    }

    /** From now on a resource of the host is one type, whichever component of a composition imports it. */
    void shareHostResources() {
        shared = new HashMap<>();
    }

    Map<ResourceType, Plan.ImportedResource> importedResources() {
        return importedResources;
    }

    /** Any type but a resource's definition. */
    Item type(TypeBody body, Scope scope, int offset) {
        return switch (body) {
            case TypeBody.Value v -> Types.value(v, scope, limits, offset);
            case TypeBody.Func f -> Types.function(f, scope, limits, offset);
            case TypeBody.Instance i -> new Item.Shape(i.declarations(), scope.view(), false);
            case TypeBody.Component c -> new Item.Shape(c.declarations(), scope.view(), true);
            case TypeBody.Resource r -> throw Refusal.invalid(offset, "a resource defined in a type");
        };
    }

    static Item export(Definition.AliasExport alias, Scope scope) {
        int at = alias.offset();
        Item.Instance instance = scope.get(Sort.INSTANCE, alias.instance(), at, Item.Instance.class, "an instance");
        Item item = instance.exports().get(alias.name());
        if (item == null || !isOf(item, alias.sort())) {
            throw Refusal.invalid(
                    at,
                    "instance " + alias.instance() + " exports no " + alias.sort() + " \"" + alias.name()
                            + "\" (expected: one of " + instance.exports().keySet() + ")");
        }
        return item;
    }

    private static boolean isOf(Item item, Sort sort) {
        return switch (item) {
            case Item.Function f -> sort == Sort.FUNC;
            case Item.Type t -> sort == Sort.TYPE;
            case Item.Instance i -> sort == Sort.INSTANCE;
            case Item.Component c -> sort == Sort.COMPONENT;
            case Item.Module m -> sort == Sort.CORE_MODULE;
            case Item.Core c -> false;
            case Item.CoreInstance c -> false;
            case Item.CoreType c -> false;
        };
    }

    /**
     * An import or export as it is declared.
     *
     * @param owner the import of the root that a new item belongs to, {@code ""} for one by itself
     * @param given what stands there, or null when the host will give it
     */
    Item declare(Scope scope, ExternDesc declared, String owner, String name, @Nullable Item given, int offset) {
        if (given != null && !isOf(given, declared.sort())) {
            throw Refusal.invalid(offset, "\"" + name + "\" is of another sort (expected: " + declared.sort() + ")");
        }
        return switch (declared) {
            case ExternDesc.Func f -> function(scope, f, owner, name, given, offset);
            case ExternDesc.AnyResource r -> resource(owner, name, given, offset);
            case ExternDesc.SameType t -> sameType(scope, t, name, given, offset);
            case ExternDesc.Instance i -> instance(scope, i, owner, name, given, offset);
            case ExternDesc.Component c -> given(given, "a component", name, offset);
            case ExternDesc.Module m -> given(given, "a core module", name, offset);
        };
    }

    private static Item given(@Nullable Item given, String what, String name, int offset) {
        if (given == null) {
            throw Refusal.unsupported(offset, what + " as an import (\"" + name + "\")");
        }
        return given;
    }

    private Item function(
            Scope scope, ExternDesc.Func declared, String owner, String name, @Nullable Item given, int offset) {
        Item.Func func = scope.get(Sort.TYPE, declared.type(), offset, Item.Func.class, "the type of a function");
        FuncType type = func.type();
        if (given == null) {
            return new Item.Imported(owner, name, type);
        }
        budget.spendType(func.size(), offset);
        if (!(given instanceof Item.Function function) || !function.type().equals(type)) {
            throw Refusal.invalid(offset, "function \"" + name + "\" is of another type (expected: the declared one)");
        }
        return given;
    }

    private Item resource(String owner, String name, @Nullable Item given, int offset) {
        if (given == null) {
            String key = shared == null || owner.isEmpty() ? "" : hostResource(owner, name);
            ResourceType known = shared == null ? null : shared.get(key);
            if (known != null) {
                return new Item.Resource(known);
            }
            ResourceType type = new ResourceType(owner.isEmpty() ? name : owner + "." + name);
            importedResources.put(type, new Plan.ImportedResource(owner, name));
            if (shared != null && !key.isEmpty()) {
                shared.put(key, type);
            }
            return new Item.Resource(type);
        }
        if (!(given instanceof Item.Resource)) {
            throw Refusal.invalid(offset, "type \"" + name + "\" is no resource (expected: one)");
        }
        return given;
    }

    /** The same for all versions of an interface that one host serves; what stands behind a blank is a part's mark. */
    private static String hostResource(String owner, String name) {
        int blank = owner.indexOf(' ');
        InterfaceName parsed = InterfaceName.parse(blank < 0 ? owner : owner.substring(0, blank));
        return parsed.name() + " " + parsed.track() + " " + name;
    }

    private Item sameType(Scope scope, ExternDesc.SameType declared, String name, @Nullable Item given, int offset) {
        Item type = scope.get(Sort.TYPE, declared.type(), offset);
        if (given == null) {
            return type;
        }
        boolean same = switch (type) {
            case Item.Value v -> {
                budget.spendType(v.size(), offset);
                yield given instanceof Item.Value other && v.type().equals(other.type());
            }
            case Item.Func f -> {
                budget.spendType(f.size(), offset);
                yield given instanceof Item.Func other && f.type().equals(other.type());
            }
            case Item.Resource r -> r.equals(given);
            case Item.Shape s -> given instanceof Item.Shape other && s.component() == other.component();
            default -> false;
        };
        if (!same) {
            throw Refusal.invalid(offset, "type \"" + name + "\" is another one (expected: the declared one)");
        }
        return given;
    }

    private Item instance(
            Scope scope, ExternDesc.Instance declared, String owner, String name, @Nullable Item given, int offset) {
        Item.Shape shape = scope.get(Sort.TYPE, declared.type(), offset, Item.Shape.class, "the type of an instance");
        if (shape.component()) {
            throw Refusal.invalid(offset, "type " + declared.type() + " is of a component (expected: of an instance)");
        }
        String within = owner.isEmpty() || owner.equals(name) ? name : owner + "/" + name;
        Map<String, Item> exports = given instanceof Item.Instance instance ? instance.exports() : null;
        budget.enter(offset);
        Item made = new Item.Instance(exports(shape, within, exports, offset));
        budget.leave();
        return given == null ? made : given;
    }

    private Map<String, Item> exports(Item.Shape shape, String owner, @Nullable Map<String, Item> given, int offset) {
        Scope scope = new Scope(shape.outer(), -1, limits.definitions());
        NameRules names = new NameRules();
        Map<String, Item> exports = new LinkedHashMap<>();
        for (Definition declaration : shape.declarations()) {
            int at = declaration.offset();
            budget.spend(1, at);
            switch (declaration) {
                case Definition.CoreType d -> scope.add(Sort.CORE_TYPE, new Item.CoreType(d.module()), at);
                case Definition.Type d -> scope.add(Sort.TYPE, type(d.body(), scope, at), at);
                case Definition.AliasOuter d ->
                    scope.add(d.sort(), scope.outer(d.sort(), d.scopes(), d.index(), at), at);
                case Definition.AliasExport d -> scope.add(d.sort(), export(d, scope), at);
                case Definition.Declare d -> {
                    Item item = null;
                    if (given != null) {
                        item = given.get(d.name());
                        if (item == null) {
                            throw Refusal.invalid(
                                    offset,
                                    "an instance without \"" + d.name() + "\" (expected: all that is declared"
                                            + " at byte " + at + ")");
                        }
                    }
                    Item made = declare(scope, d.description(), owner, d.name(), item, at);
                    names.add(d.name(), made, at);
                    exports.put(d.name(), made);
                    scope.add(d.description().sort(), made, at);
                }
                default ->
                    throw Refusal.invalid(
                            at, "a definition in the type of an instance (expected: types, aliases" + " and exports)");
            }
        }
        return exports;
    }
}
