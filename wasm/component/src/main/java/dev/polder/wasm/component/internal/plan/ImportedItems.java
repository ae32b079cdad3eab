package dev.polder.wasm.component.internal.plan;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.component.ComponentLimits;
import dev.polder.wasm.component.ResourceType;
import dev.polder.wasm.component.internal.binary.ComponentBody;
import dev.polder.wasm.component.internal.binary.Definition;
import dev.polder.wasm.component.internal.binary.ExternDesc;
import dev.polder.wasm.component.internal.binary.Refusal;
import dev.polder.wasm.component.internal.binary.Sort;
import dev.polder.wasm.component.internal.binary.TypeBody;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the components of a composition import, evaluated without their code: a resource of the host is the same for all of
 * them. Not for several threads.
 */
public final class ImportedItems {

    private static final Item MADE_INSIDE = new Item.CoreType(false);

    private final ComponentLimits limits;
    private final Shapes shapes;

    public ImportedItems(ComponentLimits limits) {
        this.limits = limits;
        this.shapes = new Shapes(limits, new Budget(limits));
        shapes.shareHostResources();
    }

    /**
     * An import.
     *
     * @param implemented the interface that a plainly named one is said to be
     * @param track the same for all names that stand for one thing of the host
     */
    public record Imported(String name, Optional<String> implemented, String track, Item item) {

        /** The name without version. */
        public String plainName() {
            return InterfaceName.parse(implemented.orElse(name)).name();
        }

        /** Whether it is a newer version of the same interface. */
        public boolean isNewerThan(String other) {
            return InterfaceName.BY_VERSION.compare(InterfaceName.parse(name), InterfaceName.parse(other)) > 0;
        }
    }

    /** Where a resource of the host comes from: the track of its interface, {@code ""} for one by itself, and its name. */
    public record Owner(String track, String name) {}

    /**
     * The imports of a component in order.
     *
     * @throws dev.polder.kernel.model.Problem INVALID, TOO_LARGE or UNSUPPORTED, with the offset
     */
    public List<Imported> of(ComponentBody body) {
        Scope scope = new Scope(null, 0, limits.definitions());
        List<Imported> imports = new ArrayList<>();
        List<Definition> definitions = body.definitions();
        int end = definitions.size();
        while (end > 0 && !(definitions.get(end - 1) instanceof Definition.Import)) {
            end--; // what comes after the last import is of no import's type
        }
        for (Definition definition : definitions.subList(0, end)) {
            int at = definition.offset();
            if (definition instanceof Definition.Import wanted) {
                String owner = wanted.description() instanceof ExternDesc.Instance ? wanted.name() : "";
                Item item = shapes.declare(scope, wanted.description(), owner, wanted.name(), null, at);
                imports.add(new Imported(wanted.name(), wanted.interfaceName(), track(wanted.name()), item));
            }
            scope.add(sort(definition), item(definition, scope, imports), at);
        }
        return imports;
    }

    /**
     * Where a resource comes from that one of the imports mentions.
     *
     * @throws Problem INVALID when it is of no import
     */
    public Owner owner(ResourceType resource) {
        Map<ResourceType, Plan.ImportedResource> known = shapes.importedResources();
        Plan.ImportedResource found = known.get(resource);
        if (found == null) {
            throw Problem.invalid("an import has the " + resource
                    + ", which the component defines (expected: resources of" + " imports)");
        }
        return new Owner(found.interfaceName().isEmpty() ? "" : track(found.interfaceName()), found.name());
    }

    private static String track(String name) {
        InterfaceName parsed = InterfaceName.parse(name);
        return parsed.name() + "@" + parsed.track();
    }

    private Item item(Definition definition, Scope scope, List<Imported> imports) {
        return switch (definition) {
            case Definition.Import _ -> imports.getLast().item();
            case Definition.Type d
            when d.body() instanceof TypeBody.Resource ->
                new Item.Resource(new ResourceType("resource at byte " + d.offset()));
            case Definition.Type d -> shapes.type(d.body(), scope, d.offset());
            case Definition.AliasExport d
            when scope.get(Sort.INSTANCE, d.instance(), d.offset()) instanceof Item.Instance -> Shapes.export(d, scope);
            case Definition.Export d -> scope.get(d.sort(), d.index(), d.offset());
            default -> MADE_INSIDE;
        };
    }

    private static Sort sort(Definition definition) {
        return switch (definition) {
            case Definition.Import d -> d.description().sort();
            case Definition.Export d -> d.sort();
            case Definition.AliasExport d -> d.sort();
            case Definition.AliasCoreExport d -> d.sort();
            case Definition.AliasOuter d -> d.sort();
            case Definition.Type _ -> Sort.TYPE;
            case Definition.Module _ -> Sort.CORE_MODULE;
            case Definition.CoreType _ -> Sort.CORE_TYPE;
            case Definition.CoreInstantiate _, Definition.CoreBundle _ -> Sort.CORE_INSTANCE;
            case Definition.Lower _, Definition.Resource _ -> Sort.CORE_FUNC;
            case Definition.Lift _ -> Sort.FUNC;
            case Definition.Nested _ -> Sort.COMPONENT;
            case Definition.Instantiate _, Definition.Bundle _ -> Sort.INSTANCE;
            case Definition.Declare d -> throw Refusal.invalid(d.offset(), "a declaration outside of a type");
        };
    }
}
