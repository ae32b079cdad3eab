package dev.polder.wasm.component.internal.compose;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.component.ResourceType;
import dev.polder.wasm.component.ValType;
import dev.polder.wasm.component.internal.binary.Encoder;
import dev.polder.wasm.component.internal.binary.Sort;
import dev.polder.wasm.component.internal.plan.ImportedItems;
import dev.polder.wasm.component.internal.plan.ImportedItems.Imported;
import dev.polder.wasm.component.internal.plan.ImportedItems.Owner;
import dev.polder.wasm.component.internal.plan.Item;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * What a composed component imports: what its components ask the host for, once each. An interface has all that one of them
 * asks of it, in the newest version that one names.
 */
final class HostImports {

    private static final byte[] ANY_RESOURCE = {0x03, 0x01};

    private final ImportedItems items;
    private final ComponentWriter out;
    private final TypeWriter types;
    private final Map<String, Wanted> wanted = new LinkedHashMap<>();
    private final Map<String, Integer> written = new HashMap<>();
    private final Set<String> open = new HashSet<>();
    private final Map<Owner, Integer> aliases = new HashMap<>();
    private final Map<ValType, Owner> definers = new HashMap<>();

    /** One import; its exports are those of an interface. */
    private static final class Wanted {
        private Imported first;
        private final Map<String, Item> exports = new LinkedHashMap<>();

        private Wanted(Imported first) {
            this.first = first;
        }
    }

    HostImports(ImportedItems items, ComponentWriter out) {
        this.items = items;
        this.out = out;
        this.types = new TypeWriter(new TypeSpace() {
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
                return HostImports.this.resource(resource);
            }

            @Override
            public OptionalInt outside(ValType type) {
                return named(type, "");
            }
        });
    }

    /**
     * Asks for an import.
     *
     * @param typesOnly whether nothing of it is called
     * @param who for messages
     * @throws Problem INVALID when another component asks for something else by the same name
     */
    void want(Imported imported, boolean typesOnly, String who) {
        Wanted known = wanted.computeIfAbsent(imported.track(), _ -> new Wanted(imported));
        if (!(imported.item() instanceof Item.Instance instance) || !(known.first.item() instanceof Item.Instance)) {
            require(known.first.item(), imported.item(), imported.name(), who);
            return;
        }
        if (imported.isNewerThan(known.first.name())) {
            known.first = imported;
        }
        instance.exports().forEach((name, item) -> {
            if (item instanceof Item.Type || !typesOnly) {
                Item before = known.exports.putIfAbsent(name, item);
                if (item instanceof Item.Value value && TypeWriter.isNominal(value.type())) {
                    definers.putIfAbsent(value.type(), new Owner(imported.track(), name));
                }
                if (before != null) {
                    require(before, item, imported.name() + "#" + name, who);
                }
            }
        });
    }

    private static void require(Item before, Item item, String name, String who) {
        boolean same = before instanceof Item.Function one
                ? item instanceof Item.Function other && one.type().equals(other.type())
                : before.equals(item);
        if (!same) {
            throw Problem.invalid(who + ": its import " + name
                    + " is of another type than that of a component beside it (expected: the same)");
        }
    }

    /** Whether an interface defines resources, so that it must be there for whoever only mentions it. */
    boolean definesResources(Imported imported) {
        return imported.item() instanceof Item.Instance instance
                && instance.exports().values().stream()
                        .anyMatch(item -> item instanceof Item.Resource resource
                                && items.owner(resource.type()).track().equals(imported.track()));
    }

    /** Writes all that was asked for. */
    void write() {
        wanted.keySet().forEach(this::index);
    }

    /** The index of what was asked for, of the sort that it is. */
    int index(String track) {
        Integer known = written.get(track);
        if (known != null) {
            return known;
        }
        Wanted asked = wanted.get(track);
        if (asked == null) {
            throw Problem.invalid("the host's interfaces have resources of " + track
                    + ", which is composed in (expected: resources of the host)");
        }
        if (!open.add(track)) {
            throw Problem.invalid(
                    asked.first.name() + " and another import have resources of each other (expected: of one)");
        }
        int index = asked.first.item() instanceof Item.Instance ? instance(asked) : alone(asked.first);
        open.remove(track);
        written.put(track, index);
        return index;
    }

    private int instance(Wanted asked) {
        InstanceType type = new InstanceType(this::resource, value -> named(value, asked.first.track()));
        TypeWriter inner = new TypeWriter(type);
        asked.exports.forEach((name, item) -> {
            switch (item) {
                case Item.Resource r
                when items.owner(r.type()).equals(new Owner(asked.first.track(), name)) ->
                    inner.resource(r.type(), type.resource(name));
                case Item.Type t -> {
                    var _ = inner.named(name, t);
                }
                case Item.Function f -> type.function(name, inner.function(f.type()));
                default -> throw Denial.notPlain(asked.first, name);
            }
        });
        byte[] description =
                new Encoder().octet(0x05).number(out.type(type.body())).bytes();
        return out.imported(asked.first.name(), asked.first.implemented(), Sort.INSTANCE, description);
    }

    private int alone(Imported imported) {
        return switch (imported.item()) {
            case Item.Function f ->
                out.imported(
                        imported.name(),
                        Optional.empty(),
                        Sort.FUNC,
                        new Encoder()
                                .octet(0x01)
                                .number(types.function(f.type()))
                                .bytes());
            case Item.Resource r
            when items.owner(r.type()).equals(new Owner("", imported.name())) -> {
                int index = out.imported(imported.name(), Optional.empty(), Sort.TYPE, ANY_RESOURCE);
                types.resource(r.type(), index);
                aliases.put(new Owner("", imported.name()), index);
                yield index;
            }
            case Item.Type t -> types.named(imported.name(), t);
            default ->
                throw Problem.invalid("import " + imported.name() + " (expected: an interface, a function or a type)");
        };
    }

    /** The index of a resource of the host. */
    int resource(ResourceType resource) {
        Owner owner = items.owner(resource);
        return owner.track().isEmpty() ? index(owner.name() + "@") : alias(owner);
    }

    /** The index of any other type. */
    int value(ValType type) {
        return types.defined(type);
    }

    /** A type that has its name from another interface than this one; what defines it was asked for before what uses it. */
    private OptionalInt named(ValType type, String track) {
        Owner owner = definers.get(type);
        return owner == null || owner.track().equals(track) || open.contains(owner.track())
                ? OptionalInt.empty()
                : OptionalInt.of(alias(owner));
    }

    private int alias(Owner owner) {
        Integer known = aliases.get(owner);
        if (known == null) {
            known = out.alias(Sort.TYPE, index(owner.track()), owner.name());
            aliases.put(owner, known);
        }
        return known;
    }
}
