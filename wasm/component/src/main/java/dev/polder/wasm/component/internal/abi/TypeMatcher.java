package dev.polder.wasm.component.internal.abi;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.component.GuestResource;
import dev.polder.wasm.component.HostResource;
import dev.polder.wasm.component.ResourceType;
import dev.polder.wasm.component.Result;
import dev.polder.wasm.component.ValType;
import dev.polder.wasm.component.ValType.Primitive;
import dev.polder.wasm.component.Wit;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Checks a Java type against a type of WIT, by the table in this module's README, and finds what generated code needs.
 * One object for one function.
 */
final class TypeMatcher {

    /** Which way values go. */
    enum Way {
        /** Into a parameter of a host method. */
        TO_HOST_METHOD,
        /** Into the result of a bound export. */
        TO_HOST_RESULT,
        /** To a guest. */
        TO_GUEST
    }

    private record Key(Type java, Way way) {}

    /** The records of a sealed interface by their plain names; the first of a name counts. */
    private static final ClassValue<Map<String, Class<?>>> RECORDS = new ClassValue<>() {
        @Override
        protected Map<String, Class<?>> computeValue(Class<?> type) {
            return Arrays.stream(type.getPermittedSubclasses())
                    .filter(Class::isRecord)
                    .collect(Collectors.toUnmodifiableMap(p -> nameOf(p, p.getSimpleName()), p -> p, (a, b) -> a));
        }
    };

    /** The constants of an enum by their plain names. */
    private static final ClassValue<Map<String, Enum<?>>> CONSTANTS = new ClassValue<>() {
        @Override
        protected Map<String, Enum<?>> computeValue(Class<?> type) {
            return Arrays.stream(type.getEnumConstants())
                    .map(c -> (Enum<?>) c)
                    .collect(Collectors.toUnmodifiableMap(c -> constantName(type, c), c -> c, (a, b) -> a));
        }
    };

    /** The plain names of a record's components. */
    private static final ClassValue<List<String>> COMPONENTS = new ClassValue<>() {
        @Override
        protected List<String> computeValue(Class<?> type) {
            return Arrays.stream(type.getRecordComponents())
                    .map(component -> nameOf(type, component))
                    .toList();
        }
    };

    private final Map<ResourceType, Class<? extends HostResource>> resources;
    private final List<ResourceType> numbers = new ArrayList<>();

    /** The same types give the same object, so that code for it is made once. */
    private final IdentityHashMap<ValType, Map<Key, TypeMatch>> known = new IdentityHashMap<>();

    TypeMatcher(Map<ResourceType, Class<? extends HostResource>> resources) {
        this.resources = resources;
    }

    /** The resource types that were met, by their numbers. */
    ResourceType[] resourceTypes() {
        return numbers.toArray(ResourceType[]::new);
    }

    /** @param where for messages, {@code parameter len} */
    TypeMatch match(ValType type, Type java, Way way, String where) {
        Map<Key, TypeMatch> matches = known.computeIfAbsent(type, t -> new java.util.HashMap<>());
        Key key = new Key(java, way);
        TypeMatch match = matches.get(key);
        if (match == null) {
            match = make(type, JavaType.of(java), way, where);
            matches.put(key, match);
        }
        return match;
    }

    private TypeMatch make(ValType type, JavaType java, Way way, String where) {
        Class<?> raw = java.raw();
        return switch (type) {
            case Primitive p
            when p == Primitive.STRING -> {
                expect(raw == String.class, where, java, "String");
                yield new TypeMatch.Text(p, raw);
            }
            case Primitive p -> primitive(p, java, where);
            case ValType.ListOf l -> list(l, java, way, where);
            case ValType.RecordOf r ->
                fields(
                        r,
                        r.fields().stream().map(ValType.Field::type).toList(),
                        r.fields().stream().map(ValType.Field::name).toList(),
                        java,
                        way,
                        where);
            case ValType.TupleOf t -> fields(t, t.items(), List.of(), java, way, where);
            case ValType.VariantOf v -> cases(v, java, way, where);
            case ValType.EnumOf e -> names(e, java, where);
            case ValType.FlagsOf f -> {
                expect(raw == int.class || raw == Integer.class, where, java, "int for flags");
                yield new TypeMatch.Flags(f, raw);
            }
            case ValType.OptionOf o -> {
                expect(raw == Optional.class && java.hasArguments(1), where, java, "Optional<...>");
                yield new TypeMatch.Option(o, raw, match(o.some(), java.argument(0), way, where + ".some"));
            }
            case ValType.ResultOf r -> {
                expect(raw == Result.class && java.hasArguments(2), where, java, "Result<..., ...>");
                yield new TypeMatch.Outcome(
                        r,
                        raw,
                        side(r.ok(), java.argument(0), way, where + ".ok"),
                        side(r.error(), java.argument(1), way, where + ".error"));
            }
            case ValType.Own o -> handle(o, o.resource(), true, java, way, where);
            case ValType.Borrow b -> handle(b, b.resource(), false, java, way, where);
            case ValType.StreamOf s -> throw Shapes.unsupported("stream");
            case ValType.FutureOf f -> throw Shapes.unsupported("future");
        };
    }

    private static void expect(boolean fits, String where, JavaType found, String expected) {
        if (!fits) {
            throw Problem.invalid(where + ": " + found.type().getTypeName() + " (expected: " + expected + ")");
        }
    }

    private static TypeMatch primitive(Primitive type, JavaType java, String where) {
        List<Class<?>> fitting = switch (type) {
            case BOOL -> List.of(boolean.class, Boolean.class);
            case S8 -> List.of(byte.class, Byte.class);
            case S16 -> List.of(short.class, Short.class);
            case U8, U16, S32, CHAR -> List.of(int.class, Integer.class);
            case U32 -> List.of(int.class, Integer.class, long.class, Long.class);
            case S64, U64 -> List.of(long.class, Long.class);
            case F32 -> List.of(float.class, Float.class);
            case F64 -> List.of(double.class, Double.class);
            case STRING -> List.of(String.class);
            case ERROR_CONTEXT -> throw Shapes.unsupported("error-context");
        };
        expect(
                fitting.contains(java.raw()),
                where,
                java,
                fitting.getFirst().getSimpleName() + " for " + type.name().toLowerCase(Locale.ROOT));
        return new TypeMatch.Primitive(type, java.raw());
    }

    private TypeMatch list(ValType.ListOf type, JavaType java, Way way, String where) {
        Class<?> raw = java.raw();
        if (raw == List.class && type.element() != Primitive.U8) {
            expect(java.hasArguments(1), where, java, "List<...>");
            return new TypeMatch.Items(type, raw, match(type.element(), java.argument(0), way, where + "[]"));
        }
        if (type.element() instanceof Primitive p) {
            if (p == Primitive.U8 && raw == MemorySegment.class && way != Way.TO_HOST_RESULT) {
                return new TypeMatch.Numeric(type, raw, "loadSegment", "storeSegment");
            }
            if (p == Primitive.U8 && raw == ByteBuffer.class && way == Way.TO_GUEST) {
                return new TypeMatch.Numeric(type, raw, "", "storeBuffer");
            }
            String name = arrayName(p, raw);
            if (!name.isEmpty()) {
                return new TypeMatch.Numeric(type, raw, "load" + name, "store" + name);
            }
        }
        expect(false, where, java, type.element() == Primitive.U8 ? "byte[]" : "List<...>, or an array for numbers");
        throw new AssertionError();
    }

    /** What the methods of {@link Numbers} for this array are called, or nothing. */
    private static String arrayName(Primitive type, Class<?> array) {
        return switch (type) {
            case U8, S8 -> array == byte[].class ? "Bytes" : "";
            case S16 -> array == short[].class ? "Shorts" : "";
            case U16 -> array == int[].class ? "U16" : "";
            case S32 -> array == int[].class ? "Ints" : "";
            case U32 -> array == int[].class ? "Ints" : array == long[].class ? "U32" : "";
            case S64, U64 -> array == long[].class ? "Longs" : "";
            case F32 -> array == float[].class ? "Floats" : "";
            case F64 -> array == double[].class ? "Doubles" : "";
            case BOOL, CHAR, STRING, ERROR_CONTEXT -> "";
        };
    }

    private TypeMatch fields(
            ValType type, List<ValType> types, List<String> names, JavaType java, Way way, String where) {
        Class<?> raw = java.raw();
        RecordComponent[] components = raw.getRecordComponents();
        if (components == null || components.length != types.size()) {
            expect(false, where, java, "a Java record of " + types.size() + " components");
        }
        List<TypeMatch> fields = new ArrayList<>();
        List<String> accessors = new ArrayList<>();
        List<Class<?>> erased = new ArrayList<>();
        for (int i = 0; i < types.size(); i++) {
            RecordComponent component = Objects.requireNonNull(components)[i];
            String place = where + "." + component.getName();
            if (!names.isEmpty() && !COMPONENTS.get(raw).get(i).equals(plain(names.get(i)))) {
                throw Problem.invalid(place + ": the component's name (expected: " + names.get(i) + ")");
            }
            fields.add(match(types.get(i), java.resolve(component.getGenericType()), way, place));
            accessors.add(component.getName());
            erased.add(component.getType());
        }
        return new TypeMatch.Fields(type, raw, fields, accessors, erased);
    }

    private static String nameOf(Class<?> record, RecordComponent component) {
        try {
            return nameOf(record.getDeclaredField(component.getName()), component.getName());
        } catch (NoSuchFieldException e) {
            throw Problem.internal("record " + record.getName() + " has no field " + component.getName(), e);
        }
    }

    private static String nameOf(AnnotatedElement element, String javaName) {
        Wit wit = element.getAnnotation(Wit.class);
        return plain(wit == null ? javaName : wit.value());
    }

    /** A name without what kebab, camel, Pascal and snake case differ in. */
    private static String plain(String name) {
        return name.replace("-", "").replace("_", "").toLowerCase(Locale.ROOT);
    }

    private TypeMatch cases(ValType.VariantOf type, JavaType java, Way way, String where) {
        Class<?> raw = java.raw();
        Class<?>[] permitted = raw.isInterface() ? raw.getPermittedSubclasses() : null;
        if (permitted == null || permitted.length != type.cases().size()) {
            expect(false, where, java, "a sealed interface of " + type.cases().size() + " records");
        }
        Map<String, Class<?>> records = RECORDS.get(raw);
        List<TypeMatch.Case> cases = new ArrayList<>();
        for (ValType.Case c : type.cases()) {
            String place = where + "." + c.name();
            Class<?> record = records.get(plain(c.name()));
            if (record == null) {
                throw Problem.invalid(
                        place + ": no record of " + raw.getName() + " for the case (expected: " + c.name() + ")");
            }
            RecordComponent[] components = record.getRecordComponents();
            int expected = c.type().isPresent() ? 1 : 0;
            if (components.length != expected) {
                throw Problem.invalid(place + ": " + record.getName() + " has " + components.length
                        + " components (expected: " + expected + ")");
            }
            cases.add(
                    expected == 0
                            ? new TypeMatch.Case(record, Optional.empty(), Optional.empty(), Optional.empty())
                            : new TypeMatch.Case(
                                    record,
                                    c.type().map(t -> match(t, components[0].getGenericType(), way, place)),
                                    Optional.of(components[0].getName()),
                                    Optional.of(components[0].getType())));
        }
        return new TypeMatch.Cases(type, raw, cases);
    }

    private static TypeMatch names(ValType.EnumOf type, JavaType java, String where) {
        Class<?> raw = java.raw();
        Object[] constants = raw.getEnumConstants();
        if (constants == null || constants.length != type.names().size()) {
            expect(false, where, java, "a Java enum of " + type.names().size() + " constants");
        }
        Map<String, Enum<?>> named = CONSTANTS.get(raw);
        List<Enum<?>> ordered = new ArrayList<>();
        for (String name : type.names()) {
            Enum<?> constant = named.get(plain(name));
            if (constant == null) {
                throw Problem.invalid(
                        where + ": no constant of " + raw.getName() + " (expected: one for " + name + ")");
            }
            ordered.add(constant);
        }
        return new TypeMatch.Names(type, raw, ordered);
    }

    private static String constantName(Class<?> type, Enum<?> constant) {
        try {
            return nameOf(type.getDeclaredField(constant.name()), constant.name());
        } catch (NoSuchFieldException e) {
            throw Problem.internal("enum " + type.getName() + " has no field " + constant, e);
        }
    }

    private Optional<TypeMatch> side(Optional<ValType> type, Type java, Way way, String where) {
        if (type.isEmpty()) {
            expect(java == Void.class, where, JavaType.of(java), "Void");
            return Optional.empty();
        }
        return Optional.of(match(type.get(), java, way, where));
    }

    private TypeMatch handle(ValType type, ResourceType resource, boolean own, JavaType java, Way way, String where) {
        Class<? extends HostResource> host = resources.get(resource);
        Class<?> raw = java.raw();
        if (host == null) {
            expect(raw == GuestResource.class, where, java, "GuestResource for " + resource);
        } else if (way == Way.TO_GUEST) {
            expect(host.isAssignableFrom(raw), where, java, host.getName() + " for " + resource);
        } else {
            expect(raw.isAssignableFrom(host), where, java, host.getName() + " for " + resource);
        }
        int number = numbers.indexOf(resource);
        if (number < 0) {
            number = numbers.size();
            numbers.add(resource);
        }
        return new TypeMatch.Handle(type, raw, resource, number, own, host != null);
    }
}
