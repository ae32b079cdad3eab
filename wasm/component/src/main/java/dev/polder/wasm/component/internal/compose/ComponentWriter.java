package dev.polder.wasm.component.internal.compose;

import dev.polder.wasm.component.internal.binary.Definition.Named;
import dev.polder.wasm.component.internal.binary.Encoder;
import dev.polder.wasm.component.internal.binary.Sort;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Writes a component definition by definition; each method gives the index of what it added. */
final class ComponentWriter {

    private final Encoder out = Encoder.component();
    private final Map<Sort, Integer> sizes = new EnumMap<>(Sort.class);

    private int added(Sort sort) {
        return sizes.merge(sort, 1, Integer::sum) - 1;
    }

    /** A section with one entry. */
    private int one(int section, Encoder entry, Sort sort) {
        out.section(section, new Encoder().number(1).octets(entry.bytes()).bytes());
        return added(sort);
    }

    int module(byte[] bytes) {
        out.section(1, bytes);
        return added(Sort.CORE_MODULE);
    }

    /** An instance of a core module that imports nothing. */
    int coreInstance(int module) {
        return one(2, new Encoder().octet(0).number(module).number(0), Sort.CORE_INSTANCE);
    }

    int component(byte[] bytes) {
        out.section(4, bytes);
        return added(Sort.COMPONENT);
    }

    int instantiate(int component, List<Named> arguments) {
        Encoder entry = new Encoder().octet(0).number(component).number(arguments.size());
        for (Named argument : arguments) {
            argument.sort().write(entry.name(argument.name()));
            entry.number(argument.index());
        }
        return one(5, entry, Sort.INSTANCE);
    }

    int alias(Sort sort, int instance, String name) {
        return aliased(sort, 0, instance, name);
    }

    int coreAlias(Sort sort, int coreInstance, String name) {
        return aliased(sort, 1, coreInstance, name);
    }

    private int aliased(Sort sort, int target, int instance, String name) {
        Encoder entry = new Encoder();
        sort.write(entry);
        return one(6, entry.octet(target).number(instance).name(name), sort);
    }

    /** @param body as in the type section */
    int type(byte[] body) {
        return one(7, new Encoder().octets(body), Sort.TYPE);
    }

    int lift(int coreFunction, int memory, int realloc, int type) {
        return one(
                8,
                new Encoder()
                        .octet(0)
                        .octet(0)
                        .number(coreFunction)
                        .number(2)
                        .octet(3)
                        .number(memory)
                        .octet(4)
                        .number(realloc)
                        .number(type),
                Sort.FUNC);
    }

    /**
     * @param implemented the interface that a plainly named import is said to be
     * @param description of something of this sort
     */
    int imported(String name, Optional<String> implemented, Sort sort, byte[] description) {
        return one(10, external(name, implemented).octets(description), sort);
    }

    /** Also gives what is exported a new index. */
    int export(String name, Optional<String> implemented, Sort sort, int index) {
        Encoder entry = external(name, implemented);
        sort.write(entry);
        return one(11, entry.number(index).octet(0), sort);
    }

    /** The description of a type that is the same as another. */
    static byte[] sameType(int type) {
        return new Encoder().octet(0x03).octet(0).number(type).bytes();
    }

    private static Encoder external(String name, Optional<String> implemented) {
        Encoder entry = new Encoder().octet(implemented.isPresent() ? 2 : 0).name(name);
        implemented.ifPresent(it -> entry.number(1).octet(0).name(it));
        return entry;
    }

    byte[] bytes() {
        return out.bytes();
    }
}
