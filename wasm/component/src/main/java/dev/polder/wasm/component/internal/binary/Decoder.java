package dev.polder.wasm.component.internal.binary;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.component.ComponentLimits;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Decodes components, section by section. Nested components are decoded with them, as deep as the limits let, and core
 * modules stay slices of the bytes. (component-model, Binary.)
 */
public final class Decoder {

    private static final int MAGIC = 0x6d736100;
    private static final int COMPONENT = 0x0001_000d;
    private static final int CORE = 1;
    private static final Set<String> KEPT = Set.of("producers", "component-name");

    private final Cursor in;
    private final int depth;
    private final List<Definition> definitions = new ArrayList<>();
    private final Map<String, byte[]> custom = new HashMap<>();

    private Decoder(Cursor in, int depth) {
        this.in = in;
        this.depth = depth;
    }

    /**
     * Decodes a component. The bytes must not change as long as what comes out is used.
     *
     * @throws Problem INVALID, TOO_LARGE or UNSUPPORTED, with the offset
     */
    public static ComponentBody decode(byte[] bytes, ComponentLimits limits) {
        if (bytes.length > limits.bytes()) {
            throw Problem.tooLarge("component: " + bytes.length + " bytes (expected: at most " + limits.bytes() + ")");
        }
        return new Decoder(new Cursor(bytes, 0, bytes.length, limits), 0).component();
    }

    private ComponentBody component() {
        if (depth > in.limits().nesting()) {
            throw Refusal.tooLarge(
                    in.position(),
                    "components nested " + depth + " deep (expected: at most "
                            + in.limits().nesting() + ")");
        }
        preamble();
        while (in.remaining() > 0) {
            int at = in.position();
            int id = in.oneByte();
            int size = in.size("section");
            section(at, id, in.part(size));
            if (definitions.size() > 4L * in.limits().definitions()) {
                throw Refusal.tooLarge(at, "more than " + definitions.size() + " definitions in a component");
            }
        }
        return new ComponentBody(definitions, custom);
    }

    private void preamble() {
        int start = in.position();
        if (in.remaining() < 8 || fixedInt() != MAGIC) {
            throw Refusal.invalid(start, "no component (expected: the bytes \\0asm and a version at its start)");
        }
        int version = fixedInt();
        if (version == CORE) {
            throw Refusal.invalid(start, "a core module (expected: a component)");
        }
        if (version != COMPONENT) {
            throw Refusal.invalid(
                    start + 4,
                    "binary version 0x" + Integer.toHexString(version) + " (expected: 0x1000d, a component)");
        }
    }

    private int fixedInt() {
        return in.oneByte() | in.oneByte() << 8 | in.oneByte() << 16 | in.oneByte() << 24;
    }

    private void section(int at, int id, Cursor part) {
        switch (id) {
            case 0 -> custom(part);
            case 1 ->
                definitions.add(new Definition.Module(
                        part.position(), new ModuleSlice(part.source(), part.position(), part.end())));
            case 2 -> all(part, () -> DefinitionReader.coreInstance(part));
            case 3 -> all(part, () -> new CoreTypes(part).definition(part.position()));
            case 4 -> definitions.add(new Definition.Nested(part.position(), new Decoder(part, depth + 1).component()));
            case 5 -> all(part, () -> DefinitionReader.instance(part));
            case 6 -> all(part, () -> DefinitionReader.alias(part, part.position()));
            case 7 -> {
                TypeReader types = new TypeReader(part, depth);
                all(part, () -> new Definition.Type(part.position(), types.type()));
            }
            case 8 -> all(part, () -> DefinitionReader.canon(part, part.position()));
            case 9 -> throw Refusal.unsupported(at, "a start section");
            case 10 -> all(part, () -> DefinitionReader.imported(part, part.position()));
            case 11 -> all(part, () -> DefinitionReader.exported(part, part.position()));
            case 12 -> throw Refusal.unsupported(at, "a value section");
            default -> throw Refusal.invalid(at, "section " + id + " (expected: 0 to 12)");
        }
    }

    private void all(Cursor part, java.util.function.Supplier<? extends Definition> entry) {
        definitions.addAll(DefinitionReader.all(part, entry));
    }

    private void custom(Cursor part) {
        String name = part.name();
        if (KEPT.contains(name)) {
            byte[] content = new byte[part.remaining()];
            System.arraycopy(part.source(), part.position(), content, 0, content.length);
            custom.put(name, content);
        }
    }
}
