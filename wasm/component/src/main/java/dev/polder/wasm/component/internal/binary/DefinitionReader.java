package dev.polder.wasm.component.internal.binary;

import java.util.List;
import java.util.Optional;

/** Reads one entry of each section but the type section. */
final class DefinitionReader {

    private DefinitionReader() {}

    static Definition coreInstance(Cursor in) {
        int at = in.position();
        int form = in.oneByte();
        return switch (form) {
            case 0x00 -> {
                int module = in.u32();
                yield new Definition.CoreInstantiate(at, module, in.list("arguments", () -> {
                    String name = in.name();
                    in.expect(0x12, "sort of an argument");
                    return new Definition.CoreArgument(name, in.u32());
                }));
            }
            case 0x01 ->
                new Definition.CoreBundle(
                        at, in.list("exports", () -> new Definition.Named(in.name(), Sort.core(in), in.u32())));
            default -> throw Refusal.invalid(at, "core instance " + Cursor.hex(form) + " (expected: 0x00 or 0x01)");
        };
    }

    static Definition instance(Cursor in) {
        int at = in.position();
        int form = in.oneByte();
        return switch (form) {
            case 0x00 -> {
                int component = in.u32();
                yield new Definition.Instantiate(
                        at,
                        component,
                        in.list("arguments", () -> new Definition.Named(in.name(), Sort.read(in), in.u32())));
            }
            case 0x01 -> new Definition.Bundle(at, in.list("exports", () -> named(in)));
            default -> throw Refusal.invalid(at, "instance " + Cursor.hex(form) + " (expected: 0x00 or 0x01)");
        };
    }

    private static Definition.Named named(Cursor in) {
        int at = in.position();
        Names.External name = Names.read(in);
        Sort sort = Sort.read(in);
        name.checkIs(sort, at);
        return new Definition.Named(name.name(), sort, in.u32());
    }

    static Definition alias(Cursor in, int at) {
        Sort sort = Sort.read(in);
        int target = in.oneByte();
        return switch (target) {
            case 0x00 -> new Definition.AliasExport(at, sort, in.u32(), in.name());
            case 0x01 -> new Definition.AliasCoreExport(at, sort, in.u32(), in.name());
            case 0x02 -> {
                int scopes = in.u32();
                int index = in.u32();
                if (sort != Sort.CORE_MODULE && sort != Sort.CORE_TYPE && sort != Sort.TYPE && sort != Sort.COMPONENT) {
                    throw Refusal.invalid(at, "outer alias of a " + sort + " (expected: module, type or component)");
                }
                yield new Definition.AliasOuter(at, sort, scopes, index);
            }
            default -> throw Refusal.invalid(at, "alias target " + Cursor.hex(target) + " (expected: 0x00 to 0x02)");
        };
    }

    static Definition imported(Cursor in, int at) {
        Names.External name = Names.read(in);
        ExternDesc description = ExternDesc.read(in);
        name.checkIs(description.sort(), at);
        return new Definition.Import(at, name.name(), name.interfaceName(), description);
    }

    static Definition exported(Cursor in, int at) {
        Names.External name = Names.read(in);
        Sort sort = Sort.read(in);
        name.checkIs(sort, at);
        int index = in.u32();
        Optional<ExternDesc> description = in.optional("type of an export", () -> ExternDesc.read(in));
        if (sort.isCore() && sort != Sort.CORE_MODULE) {
            throw Refusal.invalid(at, "export of a " + sort + " (expected: no core sort but module)");
        }
        return new Definition.Export(at, name.name(), sort, index, description);
    }

    /** Any entry of the canon section. */
    static Definition canon(Cursor in, int at) {
        int code = in.oneByte();
        return switch (code) {
            case 0x00 -> {
                in.expect(0x00, "sort of a lift");
                int function = in.u32();
                Options options = CanonReader.options(in);
                yield new Definition.Lift(at, function, options, in.u32());
            }
            case 0x01 -> {
                in.expect(0x00, "sort of a lower");
                int function = in.u32();
                yield new Definition.Lower(at, function, CanonReader.options(in));
            }
            case 0x02 -> new Definition.Resource(at, Definition.ResourceOperation.NEW, in.u32());
            case 0x03 -> new Definition.Resource(at, Definition.ResourceOperation.DROP, in.u32());
            case 0x04 -> new Definition.Resource(at, Definition.ResourceOperation.REP, in.u32());
            default -> throw CanonReader.refused(at, code);
        };
    }

    /** All entries of a section. */
    static <T> List<T> all(Cursor in, java.util.function.Supplier<T> entry) {
        List<T> entries = in.list("definitions", entry);
        in.expectEnd("the section");
        return entries;
    }
}
