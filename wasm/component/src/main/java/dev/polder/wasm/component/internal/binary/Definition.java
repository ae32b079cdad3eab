package dev.polder.wasm.component.internal.binary;

import java.util.List;
import java.util.Optional;

/** One definition of a component or a component's type, in the order of the binary form; indices are not resolved. */
public sealed interface Definition {

    /** Where it stands in the bytes. */
    int offset();

    /** A core module. */
    record Module(int offset, ModuleSlice module) implements Definition {}

    /** An argument of a core instantiation. */
    record CoreArgument(String name, int instance) {}

    /** Something of the component under a name. */
    record Named(String name, Sort sort, int index) {}

    record CoreInstantiate(int offset, int module, List<CoreArgument> arguments) implements Definition {}

    /** A core instance made of things that are there already. */
    record CoreBundle(int offset, List<Named> exports) implements Definition {}

    /** A core type; nothing here depends on what it is. */
    record CoreType(int offset, boolean module) implements Definition {}

    record Nested(int offset, ComponentBody component) implements Definition {}

    record Instantiate(int offset, int component, List<Named> arguments) implements Definition {}

    /** An instance made of things that are there already. */
    record Bundle(int offset, List<Named> exports) implements Definition {}

    record AliasExport(int offset, Sort sort, int instance, String name) implements Definition {}

    record AliasCoreExport(int offset, Sort sort, int instance, String name) implements Definition {}

    record AliasOuter(int offset, Sort sort, int scopes, int index) implements Definition {}

    record Type(int offset, TypeBody body) implements Definition {}

    record Lift(int offset, int function, Options options, int type) implements Definition {}

    record Lower(int offset, int function, Options options) implements Definition {}

    /** What a resource's owner does with it. */
    enum ResourceOperation {
        NEW,
        DROP,
        REP
    }

    record Resource(int offset, ResourceOperation operation, int type) implements Definition {}

    /** @param interfaceName the interface that a plainly named import is said to implement */
    record Import(int offset, String name, Optional<String> interfaceName, ExternDesc description)
            implements Definition {}

    record Export(int offset, String name, Sort sort, int index, Optional<ExternDesc> description)
            implements Definition {}

    /** An export in the type of an instance or component. */
    record Declare(int offset, String name, ExternDesc description) implements Definition {}
}
