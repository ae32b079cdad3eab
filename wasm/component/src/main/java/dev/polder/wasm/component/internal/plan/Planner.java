package dev.polder.wasm.component.internal.plan;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.component.ComponentLimits;
import dev.polder.wasm.component.ComponentPart;
import dev.polder.wasm.component.ResourceType;
import dev.polder.wasm.component.internal.abi.GuestResourceDef;
import dev.polder.wasm.component.internal.binary.ComponentBody;
import dev.polder.wasm.component.internal.binary.Definition;
import dev.polder.wasm.component.internal.binary.ModuleSlice;
import dev.polder.wasm.component.internal.binary.Refusal;
import dev.polder.wasm.component.internal.binary.Sort;
import dev.polder.wasm.component.internal.binary.TypeBody;
import dev.polder.wasm.engine.CompiledModule;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Evaluates a component once, before there is any instance of it: every definition in order, every nested instantiation
 * in place. What comes out has no names and no nesting left. Checks what instantiation relies on: indices, sorts, types
 * of arguments, owners of resources, options of lifts and lowers.
 *
 * <p>Nested components are evaluated as often as they are instantiated, each time with the items they are given; so a
 * resource is one Java object wherever it travels, and two instances of one component have two. The limits on work and
 * nesting end what would grow without end.
 */
public final class Planner {

    private final ComponentLimits limits;
    private final PlanBuilder plan;
    private final Budget budget;
    private final Shapes shapes;
    private final CoreItems core;

    private Planner(ComponentLimits limits, Function<ModuleSlice, CompiledModule> compiled) {
        this.limits = limits;
        this.plan = new PlanBuilder(compiled);
        this.budget = new Budget(limits);
        this.shapes = new Shapes(limits, budget);
        this.core = new CoreItems(plan, budget);
    }

    /**
     * Plans a component.
     *
     * @param compiled gives the compiled form of a core module
     * @throws dev.polder.kernel.model.Problem INVALID, TOO_LARGE or UNSUPPORTED, with the offset
     */
    public static Plan plan(
            ComponentBody body, ComponentLimits limits, Function<ModuleSlice, CompiledModule> compiled) {
        return plan(body, List.of(), limits, compiled);
    }

    /** A component that satisfies imports of the root. */
    public record Part(ComponentPart part, ComponentBody body) {}

    /**
     * Plans a component and what is composed into it.
     *
     * @param parts evaluated in this order, before the root; each may be given what those before it export
     * @param compiled gives the compiled form of a core module
     * @throws dev.polder.kernel.model.Problem INVALID, TOO_LARGE or UNSUPPORTED, with the offset
     */
    public static Plan plan(
            ComponentBody body,
            List<Part> parts,
            ComponentLimits limits,
            Function<ModuleSlice, CompiledModule> compiled) {
        Planner planner = new Planner(limits, compiled);
        RootImports imports = new RootImports(planner.shapes);
        int whole = parts.isEmpty() ? -1 : planner.plan.instance(-1);
        Map<String, Item> given = new HashMap<>();
        if (!parts.isEmpty()) {
            planner.shapes.shareHostResources();
        }
        Map<String, Map<String, Item>> evaluated = new HashMap<>();
        for (Part part : parts) {
            ComponentPart described = part.part();
            ImportSource host = imports.of(described);
            Scope scope = new Scope(null, planner.plan.instance(whole), limits.definitions());
            Map<String, Item> exports = planner.evaluate(part.body(), scope, (wanted, within) -> {
                ComponentPart.Export export = described.given().get(wanted.name());
                return export == null
                        ? host.supply(wanted, within)
                        : planner.given(wanted, within, exported(evaluated, export.part(), export.name()));
            });
            if (evaluated.put(described.name(), exports) != null) {
                throw Problem.invalid(described.name() + ": twice (expected: a name of its own for each part)");
            }
            described
                    .satisfies()
                    .forEach((wanted, offered) -> given.put(wanted, exported(evaluated, described.name(), offered)));
        }
        Set<String> open = new HashSet<>(given.keySet());
        Scope root = new Scope(null, planner.plan.instance(whole), limits.definitions());
        Map<String, Item> exports = planner.evaluate(body, root, (wanted, within) -> {
            open.remove(wanted.name());
            Item item = given.get(wanted.name());
            return item == null ? imports.supply(wanted, within) : planner.given(wanted, within, item);
        });
        if (!open.isEmpty()) {
            throw Problem.invalid("the component does not import " + String.join(", ", open)
                    + " (expected: that it does, since something is composed into it for that)");
        }
        return planner.plan.build(imports.imports(), RootExports.of(exports), planner.shapes.importedResources());
    }

    private static Item exported(Map<String, Map<String, Item>> evaluated, String part, String name) {
        Map<String, Item> exports = evaluated.getOrDefault(part, Map.of());
        Item item = exports.get(name);
        if (item == null) {
            throw Problem.invalid(part + ": no export \"" + name + "\" (expected one of: "
                    + String.join(", ", exports.keySet()) + ")");
        }
        return item;
    }

    private Item given(Definition.Import wanted, Scope within, Item item) {
        return shapes.declare(within, wanted.description(), wanted.name(), wanted.name(), item, wanted.offset());
    }

    /** Where a component's imports come from. */
    interface ImportSource {
        Item supply(Definition.Import wanted, Scope scope);
    }

    private Map<String, Item> evaluate(ComponentBody body, Scope scope, ImportSource imports) {
        Map<String, Item> exports = new LinkedHashMap<>();
        NameRules importNames = new NameRules();
        NameRules exportNames = new NameRules();
        Map<Integer, String> typeNames = typeNames(body);
        for (Definition definition : body.definitions()) {
            int at = definition.offset();
            budget.spend(1, at);
            switch (definition) {
                case Definition.Import d -> {
                    Item item = imports.supply(d, scope);
                    importNames.add(d.name(), item, at);
                    scope.add(d.description().sort(), item, at);
                }
                case Definition.Export d -> {
                    Item item = scope.get(d.sort(), d.index(), at);
                    d.description().ifPresent(description -> {
                        if (description.sort() != d.sort()) {
                            throw Refusal.invalid(
                                    at,
                                    "export of a " + d.sort() + " as a " + description.sort()
                                            + " (expected: the same)");
                        }
                        shapes.declare(scope, description, "", d.name(), item, at);
                    });
                    exportNames.add(d.name(), item, at);
                    exports.put(d.name(), item);
                    scope.add(d.sort(), item, at);
                }
                case Definition.Type d -> scope.add(Sort.TYPE, type(d, scope, typeNames), at);
                case Definition.Nested d ->
                    scope.add(Sort.COMPONENT, new Item.Component(d.component(), scope.view()), at);
                case Definition.Instantiate d -> scope.add(Sort.INSTANCE, instantiate(d, scope), at);
                case Definition.Bundle d -> scope.add(Sort.INSTANCE, bundle(d, scope), at);
                case Definition.AliasExport d -> scope.add(d.sort(), Shapes.export(d, scope), at);
                case Definition.AliasOuter d ->
                    scope.add(d.sort(), scope.outer(d.sort(), d.scopes(), d.index(), at), at);
                case Definition.Declare d -> throw Refusal.invalid(at, "a declaration outside of a type");
                case Definition.Module d -> core.module(d, scope);
                case Definition.CoreType d -> scope.add(Sort.CORE_TYPE, new Item.CoreType(d.module()), at);
                case Definition.CoreInstantiate d -> core.instantiate(d, scope);
                case Definition.CoreBundle d -> core.bundle(d, scope);
                case Definition.AliasCoreExport d -> core.alias(d, scope);
                case Definition.Lift d -> core.lift(d, scope);
                case Definition.Lower d -> core.lower(d, scope);
                case Definition.Resource d -> core.resource(d, scope);
            }
        }
        return exports;
    }

    /** The names under which types are exported, for messages. */
    private static Map<Integer, String> typeNames(ComponentBody body) {
        Map<Integer, String> names = new HashMap<>();
        for (Definition definition : body.definitions()) {
            if (definition instanceof Definition.Export export && export.sort() == Sort.TYPE) {
                names.putIfAbsent(export.index(), export.name());
            }
        }
        return names;
    }

    private Item type(Definition.Type definition, Scope scope, Map<Integer, String> names) {
        if (definition.body() instanceof TypeBody.Resource resource) {
            int at = definition.offset();
            String name = names.getOrDefault(scope.size(Sort.TYPE), "resource at byte " + at);
            ResourceType type = new ResourceType(name);
            int destructor = resource.destructor().isPresent()
                    ? core.destructor(resource.destructor().getAsInt(), scope, at)
                    : -1;
            plan.resource(new GuestResourceDef(type, scope.instance(), destructor));
            return new Item.Resource(type);
        }
        return shapes.type(definition.body(), scope, definition.offset());
    }

    private Item instantiate(Definition.Instantiate d, Scope scope) {
        int at = d.offset();
        Item.Component component =
                scope.get(Sort.COMPONENT, d.component(), at, Item.Component.class, "a component with a body");
        Map<String, Item> given = named(d.arguments(), scope, at);
        Scope inner = new Scope(component.outer(), plan.instance(scope.instance()), limits.definitions());
        budget.enter(at);
        Map<String, Item> exports =
                evaluate(component.body(), inner, (wanted, within) -> supply(wanted, within, given, at));
        budget.leave();
        return new Item.Instance(exports);
    }

    private Item supply(Definition.Import wanted, Scope within, Map<String, Item> given, int at) {
        @Nullable Item item = given.get(wanted.name());
        if (item == null) {
            throw Refusal.invalid(
                    at,
                    "instantiation without \"" + wanted.name() + "\" (expected: every import of the"
                            + " component at byte " + wanted.offset() + ")");
        }
        return shapes.declare(within, wanted.description(), wanted.name(), wanted.name(), item, at);
    }

    private static Map<String, Item> named(List<Definition.Named> all, Scope scope, int at) {
        Map<String, Item> items = new LinkedHashMap<>();
        for (Definition.Named one : all) {
            if (items.put(one.name(), scope.get(one.sort(), one.index(), at)) != null) {
                throw Refusal.invalid(at, "\"" + one.name() + "\" twice (expected: once)");
            }
        }
        return items;
    }

    private static Item bundle(Definition.Bundle d, Scope scope) {
        Map<String, Item> items = named(d.exports(), scope, d.offset());
        NameRules names = new NameRules();
        items.forEach((name, item) -> names.add(name, item, d.offset()));
        return new Item.Instance(items);
    }
}
