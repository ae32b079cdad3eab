package dev.polder.wasm.component.internal.binary;

import dev.polder.wasm.component.ValType;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;

/** Reads the entries of the type section. Nesting goes through {@link #declarations} alone and is counted. */
final class TypeReader {

    private final Cursor in;
    private final int depth;

    TypeReader(Cursor in, int depth) {
        this.in = in;
        this.depth = depth;
        if (depth > in.limits().nesting()) {
            throw Refusal.tooLarge(
                    in.position(),
                    "types and components nested " + depth + " deep (expected: at most "
                            + in.limits().nesting() + ")");
        }
    }

    TypeBody type() {
        int at = in.position();
        int code = in.oneByte();
        ValType.Primitive primitive = TypeRef.primitive(code);
        if (primitive != null) {
            return new TypeBody.Primitive(primitive);
        }
        return switch (code) {
            case 0x72 -> new TypeBody.RecordOf(labelled("fields", true));
            case 0x71 -> new TypeBody.Variant(cases());
            case 0x70 -> new TypeBody.ListOf(reference());
            case 0x6f -> new TypeBody.Tuple(in.listOfSome("fields of a tuple", this::reference));
            case 0x6e -> new TypeBody.Flags(flags(at));
            case 0x6d -> new TypeBody.EnumOf(names("cases of an enum"));
            case 0x6b -> new TypeBody.Option(reference());
            case 0x6a -> new TypeBody.Result(payload(), payload());
            case 0x69 -> new TypeBody.Own(in.u32());
            case 0x68 -> new TypeBody.Borrow(in.u32());
            case 0x67 -> throw Refusal.unsupported(at, "lists of fixed length");
            case 0x66 -> new TypeBody.Stream(payload());
            case 0x65 -> new TypeBody.Future(payload());
            case 0x63 -> throw Refusal.unsupported(at, "maps");
            case 0x40 -> function(false);
            case 0x43 -> function(true);
            case 0x41 -> new TypeBody.Component(declarations(true));
            case 0x42 -> new TypeBody.Instance(declarations(false));
            case 0x3f -> resource(at);
            case 0x3e -> throw Refusal.unsupported(at, "resources with an asynchronous destructor");
            default -> throw Refusal.invalid(at, "type " + Cursor.hex(code) + " (expected: a known one)");
        };
    }

    private TypeRef reference() {
        return TypeRef.read(in);
    }

    private Optional<TypeRef> payload() {
        return in.optional("payload of a type", this::reference);
    }

    private String label() {
        int at = in.position();
        String label = in.name();
        if (!Names.isLabel(label)) {
            throw Refusal.invalid(at, "label \"" + label + "\" (expected: kebab case, as in a-name)");
        }
        return label;
    }

    private List<TypeBody.Labelled> labelled(String what, boolean some) {
        int at = in.position();
        List<TypeBody.Labelled> list = in.list(what, () -> new TypeBody.Labelled(label(), reference()));
        if (some && list.isEmpty()) {
            throw Refusal.invalid(at, "no " + what + " (expected: one or more)");
        }
        unique(at, list, TypeBody.Labelled::name);
        return list;
    }

    private List<TypeBody.Case> cases() {
        int at = in.position();
        List<TypeBody.Case> cases = in.listOfSome("cases of a variant", () -> {
            TypeBody.Case one = new TypeBody.Case(label(), payload());
            in.expect(0x00, "end of a case");
            return one;
        });
        unique(at, cases, TypeBody.Case::name);
        return cases;
    }

    private List<String> names(String what) {
        int at = in.position();
        List<String> names = in.listOfSome(what, this::label);
        unique(at, names, n -> n);
        return names;
    }

    private List<String> flags(int at) {
        List<String> names = names("flags");
        if (names.size() > 32) {
            throw Refusal.invalid(at, names.size() + " flags (expected: 1 to 32)");
        }
        return names;
    }

    private static <T> void unique(int at, List<T> list, Function<T, String> name) {
        Set<String> seen = new HashSet<>();
        for (T one : list) {
            if (!seen.add(name.apply(one).toLowerCase(Locale.ROOT))) {
                throw Refusal.invalid(at, "label \"" + name.apply(one) + "\" twice (expected: once)");
            }
        }
    }

    private TypeBody function(boolean async) {
        List<TypeBody.Labelled> params = labelled("parameters", false);
        int at = in.position();
        int form = in.oneByte();
        if (form == 0x00) {
            return new TypeBody.Func(params, Optional.of(reference()), async);
        }
        if (form != 0x01) {
            throw Refusal.invalid(at, "results " + Cursor.hex(form) + " (expected: 0x00 or 0x01)");
        }
        in.expect(0x00, "number of results");
        return new TypeBody.Func(params, Optional.empty(), async);
    }

    private TypeBody resource(int at) {
        int representation = in.oneByte();
        if (representation != 0x7f) {
            throw Refusal.invalid(at, "representation " + Cursor.hex(representation) + " (expected: 0x7f, i32)");
        }
        Optional<Integer> destructor = in.optional("destructor", in::u32);
        return new TypeBody.Resource(destructor.isPresent() ? OptionalInt.of(destructor.get()) : OptionalInt.empty());
    }

    private List<Definition> declarations(boolean component) {
        TypeReader inner = new TypeReader(in, depth + 1);
        return in.list("declarations", () -> inner.declaration(component));
    }

    private Definition declaration(boolean component) {
        int at = in.position();
        int kind = in.oneByte();
        return switch (kind) {
            case 0x00 -> new CoreTypes(in).definition(at);
            case 0x01 -> {
                TypeBody body = type();
                if (body instanceof TypeBody.Resource) {
                    throw Refusal.invalid(at, "a resource defined in a type (expected: in a component)");
                }
                yield new Definition.Type(at, body);
            }
            case 0x02 -> DefinitionReader.alias(in, at);
            case 0x03 -> {
                if (!component) {
                    throw Refusal.invalid(at, "an import in the type of an instance (expected: exports only)");
                }
                yield DefinitionReader.imported(in, at);
            }
            case 0x04 -> {
                Names.External name = Names.read(in);
                ExternDesc description = ExternDesc.read(in);
                name.checkIs(description.sort(), at);
                yield new Definition.Declare(at, name.name(), description);
            }
            default -> throw Refusal.invalid(at, "declaration " + Cursor.hex(kind) + " (expected: 0x00 to 0x04)");
        };
    }
}
