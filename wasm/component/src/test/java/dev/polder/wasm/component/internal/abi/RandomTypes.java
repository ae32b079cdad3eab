package dev.polder.wasm.component.internal.abi;

import dev.polder.wasm.component.Result;
import dev.polder.wasm.component.ValType;
import dev.polder.wasm.component.ValType.Primitive;
import dev.polder.wasm.component.Variant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;

/** Random types with the Java source that meets them, and random values in default form. */
final class RandomTypes {

    /** A type and how Java writes it, as a parameter and as a type argument. */
    record Typed(ValType wit, String java, String boxed) {}

    private final Random random;
    private final StringBuilder declarations = new StringBuilder();
    private int number;

    RandomTypes(Random random) {
        this.random = random;
    }

    /** Source of the types that were named. */
    String declarations() {
        return declarations.toString();
    }

    Typed type(int depth) {
        int kind = random.nextInt(depth == 0 ? 15 : 25);
        return switch (kind) {
            case 0 -> typed(Primitive.BOOL, "boolean", "Boolean");
            case 1 -> typed(Primitive.S8, "byte", "Byte");
            case 2 -> typed(Primitive.U8, "int", "Integer");
            case 3 -> typed(Primitive.S16, "short", "Short");
            case 4 -> typed(Primitive.U16, "int", "Integer");
            case 5 -> typed(Primitive.S32, "int", "Integer");
            case 6 ->
                random.nextBoolean() ? typed(Primitive.U32, "int", "Integer") : typed(Primitive.U32, "long", "Long");
            case 7 -> typed(Primitive.S64, "long", "Long");
            case 8 -> typed(Primitive.U64, "long", "Long");
            case 9 -> typed(Primitive.F32, "float", "Float");
            case 10 -> typed(Primitive.F64, "double", "Double");
            case 11 -> typed(Primitive.CHAR, "int", "Integer");
            case 12 -> typed(Primitive.STRING, "String", "String");
            case 13 -> enumeration();
            case 14 -> typed(new ValType.FlagsOf(names("f", 1 + random.nextInt(32))), "int", "Integer");
            case 15, 16 -> numbers();
            case 17 -> list(type(depth - 1));
            case 18, 19 -> record(depth - 1, true);
            case 20 -> record(depth - 1, false);
            case 21, 22 -> variant(depth - 1);
            case 23 -> {
                Typed some = type(depth - 1);
                yield same(new ValType.OptionOf(some.wit), "java.util.Optional<" + some.boxed + ">");
            }
            default -> {
                Typed ok = random.nextInt(4) == 0 ? null : type(depth - 1);
                Typed error = random.nextInt(4) == 0 ? null : type(depth - 1);
                yield same(
                        new ValType.ResultOf(
                                Optional.ofNullable(ok).map(Typed::wit),
                                Optional.ofNullable(error).map(Typed::wit)),
                        "dev.polder.wasm.component.Result<" + (ok == null ? "Void" : ok.boxed) + ", "
                                + (error == null ? "Void" : error.boxed) + ">");
            }
        };
    }

    private static Typed typed(ValType wit, String java, String boxed) {
        return new Typed(wit, java, boxed);
    }

    private static Typed same(ValType wit, String java) {
        return new Typed(wit, java, java);
    }

    private static List<String> names(String prefix, int count) {
        return IntStream.range(0, count).mapToObj(i -> prefix + "-" + i).toList();
    }

    private Typed numbers() {
        return switch (random.nextInt(9)) {
            case 0 -> same(new ValType.ListOf(Primitive.U8), "byte[]");
            case 1 -> same(new ValType.ListOf(Primitive.S8), "byte[]");
            case 2 -> same(new ValType.ListOf(Primitive.U16), "int[]");
            case 3 -> same(new ValType.ListOf(Primitive.S16), "short[]");
            case 4 -> same(new ValType.ListOf(Primitive.S32), "int[]");
            case 5 -> same(new ValType.ListOf(Primitive.U32), "long[]");
            case 6 -> same(new ValType.ListOf(Primitive.U64), "long[]");
            case 7 -> same(new ValType.ListOf(Primitive.F32), "float[]");
            default -> same(new ValType.ListOf(Primitive.F64), "double[]");
        };
    }

    private static Typed list(Typed element) {
        return element.wit == Primitive.U8
                ? same(new ValType.ListOf(Primitive.U8), "byte[]")
                : same(new ValType.ListOf(element.wit), "java.util.List<" + element.boxed + ">");
    }

    private Typed enumeration() {
        String name = "E" + number++;
        int count = random.nextInt(10) == 0 ? 300 : 1 + random.nextInt(5);
        List<String> constants = new ArrayList<>(names("c", count));
        java.util.Collections.shuffle(constants, random);
        declarations.append("public enum " + name + " { "
                + String.join(", ", constants).replace('-', '_').toUpperCase(java.util.Locale.ROOT) + " }\n");
        return same(new ValType.EnumOf(names("c", count)), name);
    }

    private Typed record(int depth, boolean named) {
        String name = "R" + number++;
        List<Typed> parts = IntStream.range(0, 1 + random.nextInt(5))
                .mapToObj(i -> type(depth))
                .toList();
        List<String> components = IntStream.range(0, parts.size())
                .mapToObj(i -> parts.get(i).java + " fieldNo" + i)
                .toList();
        declarations.append("public record " + name + "(" + String.join(", ", components) + ") {}\n");
        return same(
                named
                        ? new ValType.RecordOf(IntStream.range(0, parts.size())
                                .mapToObj(i -> new ValType.Field("field-no" + i, parts.get(i).wit))
                                .toList())
                        : new ValType.TupleOf(parts.stream().map(Typed::wit).toList()),
                name);
    }

    private Typed variant(int depth) {
        String name = "V" + number++;
        List<ValType.Case> cases = new ArrayList<>();
        StringBuilder records = new StringBuilder();
        int count = random.nextInt(12) == 0 ? 257 : 1 + random.nextInt(5);
        for (int i = 0; i < count; i++) {
            Typed payload = i > 5 || random.nextInt(4) == 0 ? null : type(depth);
            cases.add(new ValType.Case("case-" + i, Optional.ofNullable(payload).map(Typed::wit)));
            records.append("record Case" + i + "(" + (payload == null ? "" : payload.java + " it") + ") implements "
                    + name + " {}\n");
        }
        declarations.append("public sealed interface " + name + " {\n" + records + "}\n");
        return same(new ValType.VariantOf(cases), name);
    }

    /** A value in default form. */
    Object value(ValType type) {
        return switch (type) {
            case Primitive p -> primitive(p);
            case ValType.ListOf l when l.element() == Primitive.U8 -> bytes(random.nextInt(20));
            case ValType.ListOf l ->
                IntStream.range(0, random.nextInt(5))
                        .mapToObj(i -> value(l.element()))
                        .toList();
            case ValType.RecordOf r -> {
                Map<String, Object> map = new LinkedHashMap<>();
                r.fields().forEach(f -> map.put(f.name(), value(f.type())));
                yield map;
            }
            case ValType.TupleOf t -> t.items().stream().map(this::value).toList();
            case ValType.VariantOf v -> {
                ValType.Case c = v.cases().get(random.nextInt(v.cases().size()));
                yield new Variant(c.name(), c.type().map(this::value).orElse(null));
            }
            case ValType.EnumOf e -> e.names().get(random.nextInt(e.names().size()));
            case ValType.FlagsOf f -> {
                Set<String> set = new LinkedHashSet<>(f.names());
                set.removeIf(n -> random.nextBoolean());
                yield set;
            }
            case ValType.OptionOf o -> random.nextBoolean() ? Optional.empty() : Optional.of(value(o.some()));
            case ValType.ResultOf r ->
                random.nextBoolean()
                        ? Result.ok(r.ok().map(this::value).orElse(null))
                        : Result.err(r.error().map(this::value).orElse(null));
            default -> throw new IllegalArgumentException(type.toString());
        };
    }

    private Object primitive(Primitive type) {
        return switch (type) {
            case BOOL -> random.nextBoolean();
            case S8 -> (byte) random.nextInt();
            case U8 -> random.nextInt(256);
            case S16 -> (short) random.nextInt();
            case U16 -> random.nextInt(65536);
            case S32, U32 -> random.nextInt();
            case S64, U64 -> random.nextLong();
            case F32 -> random.nextInt(10) == 0 ? Float.NaN : (float) random.nextGaussian();
            case F64 -> random.nextInt(10) == 0 ? Double.NaN : random.nextGaussian();
            case CHAR -> random.nextBoolean() ? random.nextInt(0xD800) : 0xE000 + random.nextInt(0x10FFFF - 0xE000);
            case STRING -> string(random);
            case ERROR_CONTEXT -> throw new IllegalArgumentException();
        };
    }

    /** Of one kind of characters, so that every encoding shows each of its forms. */
    static String string(Random random) {
        int[] bounds = {0x80, 0x100, 0xD800, 0x10FFFF};
        int bound = bounds[random.nextInt(bounds.length)];
        return random.ints(random.nextInt(30), 0, bound)
                .filter(c -> c < 0xD800 || c > 0xDFFF)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    private byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }
}
