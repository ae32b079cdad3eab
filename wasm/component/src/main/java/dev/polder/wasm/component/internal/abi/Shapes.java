package dev.polder.wasm.component.internal.abi;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.component.FuncType;
import dev.polder.wasm.component.ValType;
import dev.polder.wasm.component.ValType.Primitive;
import dev.polder.wasm.engine.FunctionType;
import dev.polder.wasm.engine.ValueType;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;

/**
 * How value types lie in memory and in core values. One object remembers what it was asked, by identity, so that a type
 * that refers to another many times costs it once. Source: CanonicalABI.md, "Alignment", "Element Size", "Flattening".
 */
final class Shapes {

    static final int MAX_FLAT_PARAMS = 16;
    static final int MAX_FLAT_RESULTS = 1;

    /** Bytes of a list, a string or anything else that lies in one piece. */
    static final int MAX_BYTES = (1 << 28) - 1;

    /**
     * The shape of one type.
     *
     * @param size bytes in memory, a multiple of {@code align}
     * @param flat core values, cut off behind {@link #MAX_FLAT_PARAMS} + 1: more are never passed
     */
    record Shape(int size, int align, List<ValueType> flat) {}

    private final IdentityHashMap<ValType, Shape> known = new IdentityHashMap<>();

    Shape of(ValType type) {
        Shape shape = known.get(type);
        if (shape == null) {
            shape = compute(type);
            known.put(type, shape);
        }
        return shape;
    }

    private Shape compute(ValType type) {
        return switch (type) {
            case Primitive p -> primitive(p);
            case ValType.ListOf l -> new Shape(8, 4, List.of(ValueType.I32, ValueType.I32));
            case ValType.RecordOf r ->
                record(r.fields().stream().map(ValType.Field::type).toList());
            case ValType.TupleOf t -> record(t.items());
            case ValType.VariantOf v -> variant(cases(v));
            case ValType.EnumOf e -> {
                int bytes = discriminantSize(e.names().size());
                yield new Shape(bytes, bytes, List.of(ValueType.I32));
            }
            case ValType.OptionOf o -> variant(cases(o));
            case ValType.ResultOf r -> variant(cases(r));
            case ValType.FlagsOf f -> {
                int bytes = flagsSize(f.names().size());
                yield new Shape(bytes, bytes, List.of(ValueType.I32));
            }
            case ValType.Own o -> new Shape(4, 4, List.of(ValueType.I32));
            case ValType.Borrow b -> new Shape(4, 4, List.of(ValueType.I32));
            case ValType.StreamOf s -> throw unsupported("stream");
            case ValType.FutureOf f -> throw unsupported("future");
        };
    }

    private static Shape primitive(Primitive type) {
        return switch (type) {
            case BOOL, S8, U8 -> new Shape(1, 1, List.of(ValueType.I32));
            case S16, U16 -> new Shape(2, 2, List.of(ValueType.I32));
            case S32, U32, CHAR -> new Shape(4, 4, List.of(ValueType.I32));
            case S64, U64 -> new Shape(8, 8, List.of(ValueType.I64));
            case F32 -> new Shape(4, 4, List.of(ValueType.F32));
            case F64 -> new Shape(8, 8, List.of(ValueType.F64));
            case STRING -> new Shape(8, 4, List.of(ValueType.I32, ValueType.I32));
            case ERROR_CONTEXT -> throw unsupported("error-context");
        };
    }

    static Problem unsupported(String type) {
        return new Problem(
                Problem.Code.UNSUPPORTED,
                Problem.WhoFailed.CALLER,
                false,
                "a value of type " + type + " is passed (expected: types of WASI 0.2)",
                null,
                null);
    }

    /** Fields one after the other, each aligned. */
    Shape record(List<ValType> fields) {
        long size = 0;
        int align = 1;
        List<ValueType> flat = new ArrayList<>();
        for (ValType field : fields) {
            Shape shape = of(field);
            size = alignTo(size, shape.align) + shape.size;
            align = Math.max(align, shape.align);
            append(flat, shape.flat);
        }
        return new Shape(bytes(alignTo(size, align)), align, List.copyOf(flat));
    }

    private Shape variant(List<Optional<ValType>> cases) {
        int discriminant = discriminantSize(cases.size());
        long size = 0;
        List<ValueType> payload = new ArrayList<>();
        for (Optional<ValType> c : cases) {
            if (c.isPresent()) {
                Shape shape = of(c.get());
                size = Math.max(size, shape.size);
                join(payload, shape.flat);
            }
        }
        int offset = payloadOffset(cases);
        int align = Math.max(discriminant, payloadAlign(cases));
        List<ValueType> flat = new ArrayList<>();
        flat.add(ValueType.I32);
        append(flat, payload);
        return new Shape(bytes(alignTo(offset + size, align)), align, List.copyOf(flat));
    }

    private static void append(List<ValueType> flat, List<ValueType> more) {
        for (ValueType type : more) {
            if (flat.size() <= MAX_FLAT_PARAMS) {
                flat.add(type);
            }
        }
    }

    private static void join(List<ValueType> flat, List<ValueType> other) {
        for (int i = 0; i < other.size(); i++) {
            if (i == flat.size()) {
                flat.add(other.get(i));
            } else if (flat.get(i) != other.get(i)) {
                boolean narrow = isNarrow(flat.get(i)) && isNarrow(other.get(i));
                flat.set(i, narrow ? ValueType.I32 : ValueType.I64);
            }
        }
    }

    private static boolean isNarrow(ValueType type) {
        return type == ValueType.I32 || type == ValueType.F32;
    }

    private static int bytes(long size) {
        if (size > MAX_BYTES) {
            throw Problem.tooLarge("a value type takes " + size + " bytes (expected: at most " + MAX_BYTES + ")");
        }
        return (int) size;
    }

    static long alignTo(long offset, int align) {
        return (offset + align - 1) & -align;
    }

    private int payloadAlign(List<Optional<ValType>> cases) {
        int align = 1;
        for (Optional<ValType> c : cases) {
            align = Math.max(align, c.map(t -> of(t).align).orElse(1));
        }
        return align;
    }

    /** Where in a variant the payload starts. */
    int payloadOffset(List<Optional<ValType>> cases) {
        return (int) alignTo(discriminantSize(cases.size()), payloadAlign(cases));
    }

    /** Where the fields of a record start. */
    int[] offsets(List<ValType> fields) {
        int[] offsets = new int[fields.size()];
        long at = 0;
        for (int i = 0; i < offsets.length; i++) {
            Shape shape = of(fields.get(i));
            at = alignTo(at, shape.align);
            offsets[i] = (int) at;
            at += shape.size;
        }
        return offsets;
    }

    static int discriminantSize(int cases) {
        return cases <= 1 << 8 ? 1 : cases <= 1 << 16 ? 2 : 4;
    }

    static int flagsSize(int names) {
        return names <= 8 ? 1 : names <= 16 ? 2 : 4;
    }

    /** The payloads of a variant, an option or a result. */
    static List<Optional<ValType>> cases(ValType type) {
        return switch (type) {
            case ValType.VariantOf v ->
                v.cases().stream().map(ValType.Case::type).toList();
            case ValType.OptionOf o -> List.of(Optional.empty(), Optional.of(o.some()));
            case ValType.ResultOf r -> List.of(r.ok(), r.error());
            default -> throw new IllegalArgumentException(type + " has no cases");
        };
    }

    /** All parameters as one record. */
    Shape params(FuncType type) {
        return record(types(type));
    }

    static List<ValType> types(FuncType type) {
        return type.params().stream().map(FuncType.Param::type).toList();
    }

    boolean spillsParams(FuncType type) {
        return params(type).flat.size() > MAX_FLAT_PARAMS;
    }

    boolean spillsResult(FuncType type) {
        return type.result().isPresent() && of(type.result().get()).flat.size() > MAX_FLAT_RESULTS;
    }

    /** The core type of a function. */
    FunctionType core(FuncType type, boolean lowered) {
        List<ValueType> params = spillsParams(type) ? List.of(ValueType.I32) : params(type).flat;
        List<ValueType> results = type.result().map(t -> of(t).flat).orElse(List.of());
        if (results.size() <= MAX_FLAT_RESULTS) {
            return new FunctionType(params, results);
        }
        if (!lowered) {
            return new FunctionType(params, List.of(ValueType.I32));
        }
        List<ValueType> more = new ArrayList<>(params);
        more.add(ValueType.I32);
        return new FunctionType(more, List.of());
    }
}
