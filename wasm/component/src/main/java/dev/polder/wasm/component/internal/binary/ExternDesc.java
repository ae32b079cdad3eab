package dev.polder.wasm.component.internal.binary;

/** What an import or an export is said to be. Indices are of types. */
public sealed interface ExternDesc {

    record Module(int coreType) implements ExternDesc {}

    record Func(int type) implements ExternDesc {}

    /** A type that is the same as another. */
    record SameType(int type) implements ExternDesc {}

    /** A resource type of which nothing else is known. */
    record AnyResource() implements ExternDesc {}

    record Component(int type) implements ExternDesc {}

    record Instance(int type) implements ExternDesc {}

    /** The index space that such a thing goes to. */
    default Sort sort() {
        return switch (this) {
            case Module m -> Sort.CORE_MODULE;
            case Func f -> Sort.FUNC;
            case SameType t -> Sort.TYPE;
            case AnyResource r -> Sort.TYPE;
            case Component c -> Sort.COMPONENT;
            case Instance i -> Sort.INSTANCE;
        };
    }

    static ExternDesc read(Cursor in) {
        int at = in.position();
        int kind = in.oneByte();
        return switch (kind) {
            case 0x00 -> {
                in.expect(0x11, "core sort");
                yield new Module(in.u32());
            }
            case 0x01 -> new Func(in.u32());
            case 0x02 -> throw Refusal.unsupported(at, "values as imports or exports");
            case 0x03 -> {
                int bound = in.oneByte();
                yield switch (bound) {
                    case 0x00 -> new SameType(in.u32());
                    case 0x01 -> new AnyResource();
                    default ->
                        throw Refusal.invalid(at, "type bound " + Cursor.hex(bound) + " (expected: 0x00 or 0x01)");
                };
            }
            case 0x04 -> new Component(in.u32());
            case 0x05 -> new Instance(in.u32());
            default -> throw Refusal.invalid(at, "extern kind " + Cursor.hex(kind) + " (expected: 0x00 to 0x05)");
        };
    }
}
