package dev.polder.wasm.engine;

import java.util.List;
import java.util.stream.Collectors;

/** The type of a function. */
public record FunctionType(List<ValueType> params, List<ValueType> results) implements ExternType {

    public FunctionType {
        params = List.copyOf(params);
        results = List.copyOf(results);
    }

    /**
     * Reads the short form: one letter a value, {@code i} i32, {@code I} i64, {@code f} f32, {@code F} f64, parameters
     * and results apart by a colon: {@code "iI:i"}.
     */
    public static FunctionType of(String shortForm) {
        int colon = shortForm.indexOf(':');
        if (colon < 0) {
            throw new IllegalArgumentException("function type: \"" + shortForm + "\" (expected: params:results)");
        }
        return new FunctionType(values(shortForm.substring(0, colon)), values(shortForm.substring(colon + 1)));
    }

    private static List<ValueType> values(String letters) {
        return letters.chars()
                .mapToObj(c -> switch (c) {
                    case 'i' -> ValueType.I32;
                    case 'I' -> ValueType.I64;
                    case 'f' -> ValueType.F32;
                    case 'F' -> ValueType.F64;
                    default ->
                        throw new IllegalArgumentException("value type: " + (char) c + " (expected: i, I, f, F)");
                })
                .toList();
    }

    /** The slots that hold its arguments, then its results. */
    public int slots() {
        return Math.max(params.size(), results.size());
    }

    /** {@code (i32, i64) -> i32}. */
    @Override
    public String toString() {
        return list(params) + " -> " + (results.size() == 1 ? results.getFirst() : list(results));
    }

    private static String list(List<ValueType> types) {
        return types.stream().map(ValueType::toString).collect(Collectors.joining(", ", "(", ")"));
    }
}
