package dev.polder.wasm.component.internal.compose;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.component.ComponentLimits;
import dev.polder.wasm.component.ComponentPart;
import dev.polder.wasm.component.internal.binary.ComponentBody;
import dev.polder.wasm.component.internal.binary.Decoder;
import dev.polder.wasm.component.internal.binary.Definition;
import dev.polder.wasm.component.internal.binary.Definition.Named;
import dev.polder.wasm.component.internal.binary.Sort;
import dev.polder.wasm.component.internal.plan.ImportedItems;
import dev.polder.wasm.component.internal.plan.ImportedItems.Imported;
import dev.polder.wasm.component.internal.plan.Item;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Writes a component and what is composed into it as one component, which any host runs: the components as they are, nested
 * beside each other, and around them what they ask the host for. What a part is not granted it gets of a component made for
 * that, so that the grants hold wherever it runs.
 */
public final class Composer {

    private final ComponentWriter out = new ComponentWriter();
    private final HostImports host;
    private final Map<String, Source> sources = new HashMap<>();

    private Composer(ImportedItems items) {
        this.host = new HostImports(items, out);
    }

    /** How an import is satisfied. */
    private sealed interface Supply {
        /** By the host. */
        record Host() implements Supply {}

        /** By a part before. */
        record Part(ComponentPart.Export export) implements Supply {}

        /** By nobody: its functions trap, or answer with nothing. */
        record Nobody(Item.Instance instance, boolean answers) implements Supply {}
    }

    /** A component that goes into the composed one. */
    private static final class Source {
        private final String what;
        private final byte[] bytes;
        private final Set<String> exports;
        private final Map<Imported, Supply> imports = new LinkedHashMap<>();
        private final Map<String, Integer> aliases = new HashMap<>();
        private int instance = -1;

        private Source(String what, byte[] bytes, ComponentBody body) {
            this.what = what;
            this.bytes = bytes;
            this.exports = body.definitions().stream()
                    .filter(Definition.Export.class::isInstance)
                    .map(definition -> ((Definition.Export) definition).name())
                    .collect(Collectors.toCollection(java.util.LinkedHashSet::new));
        }
    }

    /**
     * @return a component of the same exports as the root
     * @throws Problem INVALID, TOO_LARGE or UNSUPPORTED, with the part that is to blame
     */
    public static byte[] compose(byte[] root, List<ComponentPart> parts, ComponentLimits limits) {
        ImportedItems items = new ImportedItems(limits);
        Composer composer = new Composer(items);
        Map<String, ComponentPart.Export> given = new LinkedHashMap<>();
        List<Source> all = new ArrayList<>();
        for (ComponentPart part : parts) {
            try {
                ComponentBody body = Decoder.decode(part.bytes(), limits);
                Source source = new Source(part.name(), part.bytes(), body);
                items.of(body).forEach(wanted -> source.imports.put(wanted, supply(wanted, part)));
                all.add(source);
                if (composer.sources.put(part.name(), source) != null) {
                    throw Problem.invalid("twice (expected: a name of its own for each part)");
                }
            } catch (Problem e) {
                throw e.reworded(e.code(), part.name() + ": " + e.getMessage());
            }
            part.satisfies()
                    .forEach((wanted, offered) -> given.put(wanted, new ComponentPart.Export(part.name(), offered)));
        }
        ComponentBody body = Decoder.decode(root, limits);
        Source source = new Source("the component", root, body);
        Set<String> unused = new TreeSet<>(given.keySet());
        for (Imported wanted : items.of(body)) {
            ComponentPart.@Nullable Export export = given.get(wanted.name());
            source.imports.put(wanted, export == null ? new Supply.Host() : new Supply.Part(export));
            unused.remove(wanted.name());
        }
        if (!unused.isEmpty()) {
            throw Problem.invalid("the component does not import " + String.join(", ", unused)
                    + " (expected: that it does, since something is composed into it for that)");
        }
        all.add(source);
        return composer.write(all, body, limits);
    }

    private static Supply supply(Imported wanted, ComponentPart part) {
        ComponentPart.Export export = part.given().get(wanted.name());
        if (export != null) {
            return new Supply.Part(export);
        }
        boolean answers = part.nothing().test(wanted.plainName());
        return wanted.item() instanceof Item.Instance instance
                        && (answers || part.refused().test(wanted.plainName()))
                ? new Supply.Nobody(instance, answers)
                : new Supply.Host();
    }

    private byte[] write(List<Source> all, ComponentBody root, ComponentLimits limits) {
        for (Source source : all) {
            source.imports.forEach((wanted, supply) -> {
                if (supply instanceof Supply.Host
                        || (supply instanceof Supply.Nobody && host.definesResources(wanted))) {
                    host.want(wanted, supply instanceof Supply.Nobody, source.what);
                }
            });
        }
        host.write();
        for (Source source : all) {
            int component = out.component(source.bytes);
            List<Named> arguments = new ArrayList<>();
            source.imports.forEach((wanted, supply) -> arguments.add(argument(source, wanted, supply)));
            source.instance = out.instantiate(component, arguments);
        }
        Source served = all.getLast();
        for (Definition definition : root.definitions()) {
            if (definition instanceof Definition.Export export) {
                int alias = out.alias(export.sort(), served.instance, export.name());
                var _ = out.export(export.name(), Optional.empty(), export.sort(), alias);
            }
        }
        byte[] composed = out.bytes();
        var _ = Decoder.decode(composed, limits);
        return composed;
    }

    private Named argument(Source source, Imported wanted, Supply supply) {
        Sort sort = switch (wanted.item()) {
            case Item.Instance _ -> Sort.INSTANCE;
            case Item.Function _ -> Sort.FUNC;
            default -> Sort.TYPE;
        };
        int index = switch (supply) {
            case Supply.Host _ -> host.index(wanted.track());
            case Supply.Part(ComponentPart.Export export) -> exported(source, export, sort);
            case Supply.Nobody(Item.Instance instance, boolean answers) -> denied(Denial.of(wanted, instance, answers));
        };
        return new Named(wanted.name(), sort, index);
    }

    private int exported(Source importer, ComponentPart.Export export, Sort sort) {
        Source source = sources.get(export.part());
        if (source == null || source.instance < 0 || !source.exports.contains(export.name())) {
            throw Problem.invalid(importer.what + ": " + export.part() + " has no export \"" + export.name()
                    + "\" for it (expected: one of a part before it"
                    + (source == null ? "" : ": " + String.join(", ", source.exports)) + ")");
        }
        return source.aliases.computeIfAbsent(export.name(), name -> out.alias(sort, source.instance, name));
    }

    private int denied(Denial denial) {
        List<Named> types = new ArrayList<>();
        denial.resources().forEach((name, type) -> types.add(new Named(name, Sort.TYPE, host.resource(type))));
        denial.values().forEach((name, type) -> types.add(new Named(name, Sort.TYPE, host.value(type))));
        return out.instantiate(out.component(denial.component()), types);
    }
}
