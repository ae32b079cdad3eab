package dev.polder.wasm.component.internal.abi;

import static dev.polder.wasm.component.internal.abi.Descriptors.CONTEXT;
import static dev.polder.wasm.component.internal.abi.Descriptors.MEMORY;
import static dev.polder.wasm.component.internal.abi.Descriptors.NUMBERS;
import static dev.polder.wasm.component.internal.abi.Descriptors.STRINGS;
import static dev.polder.wasm.component.internal.abi.Descriptors.VALUES;
import static dev.polder.wasm.component.internal.abi.Descriptors.method;

import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Makes the code that takes values from core values or memory, and puts them there. What is one value in Java and one
 * place in the guest is done in line; everything else is a static method of its own, made once for each type, so that the
 * compiler can inline what is hot and no method grows too large.
 */
final class ValueCode {

    private static final int STATIC = ClassFile.ACC_PRIVATE | ClassFile.ACC_STATIC;

    private record Key(TypeMatch match, String kind) {
        // By identity: TypeMatcher makes one object for each type.
        @Override
        @SuppressWarnings("ReferenceEquality")
        public boolean equals(Object other) {
            return other instanceof Key key && key.match == match && key.kind.equals(kind);
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(match) * 31 + kind.hashCode();
        }
    }

    final ClassDesc self;
    final Shapes shapes;
    private final boolean tracksBorrows;
    private final List<Object> classData = new ArrayList<>();
    private final Map<Object, Integer> classDataIndex = new HashMap<>();
    private final Map<Key, String> methods = new HashMap<>();
    private final Deque<Consumer<ClassBuilder>> pending = new ArrayDeque<>();
    private final CompositeCode composites = new CompositeCode(this);

    /** @param tracksBorrows whether handles that are lifted as lent must be counted as lent */
    ValueCode(ClassDesc self, Shapes shapes, boolean tracksBorrows) {
        this.self = self;
        this.shapes = shapes;
        this.tracksBorrows = tracksBorrows;
    }

    List<Object> classData() {
        return classData;
    }

    /** Adds the methods that were asked for, and those that they ask for. */
    void finish(ClassBuilder builder) {
        while (!pending.isEmpty()) {
            pending.poll().accept(builder);
        }
    }

    private void constant(CodeBuilder b, Object value, ClassDesc type, Object key) {
        int index = classDataIndex.computeIfAbsent(key, k -> {
            classData.add(value);
            return classData.size() - 1;
        });
        b.loadConstant(Descriptors.classData(index, type));
    }

    Shapes.Shape shape(TypeMatch match) {
        return shapes.of(match.type());
    }

    private String once(TypeMatch match, String kind, MethodTypeDesc type, Consumer<CodeBuilder> body) {
        Key key = new Key(match, kind);
        String name = methods.get(key);
        if (name == null) {
            name = kind + methods.size();
            methods.put(key, name);
            String fixed = name;
            pending.add(builder -> builder.withMethodBody(fixed, type, STATIC, body));
        }
        return name;
    }

    /** Pushes the value that is at a place. */
    void load(CodeBuilder b, TypeMatch match, Place from) {
        switch (match) {
            case TypeMatch.Primitive p -> {
                from.read(b, shape(p).size());
                PrimitiveCode.fromBits(b, p);
            }
            case TypeMatch.Text t -> {
                b.aload(from.context());
                from.readPair(b);
                b.invokestatic(STRINGS, "load", method(String.class, CallContext.class, long.class));
            }
            case TypeMatch.Numeric n -> {
                b.aload(from.context());
                from.readPair(b);
                b.invokestatic(NUMBERS, n.load(), method(n.java(), CallContext.class, long.class));
            }
            case TypeMatch.Items i -> {
                b.aload(from.context());
                from.readPair(b);
                MethodTypeDesc type = method(List.class, CallContext.class, long.class);
                b.invokestatic(self, once(i, "items", type, c -> composites.loadItems(c, i)), type);
            }
            case TypeMatch.Flags f -> {
                from.read(b, shape(f).size());
                mask(b, f);
                PrimitiveCode.box(b, f.java());
            }
            case TypeMatch.Names n -> {
                constant(b, constants(n), Descriptors.named(n.java().arrayType()), n);
                from.readDiscriminant(b, shape(n).size());
                b.loadConstant(n.constants().size());
                b.invokestatic(VALUES, "discriminant", method(int.class, int.class, int.class));
                b.aaload();
            }
            case TypeMatch.Handle h -> {
                b.aload(from.context());
                from.read(b, 4);
                b.loadConstant(h.number());
                boolean peek = !h.own() && h.host() && !tracksBorrows;
                String verb = h.own() ? "take" : peek ? "peek" : "borrow";
                b.invokevirtual(
                        CONTEXT,
                        verb + (h.host() ? "Host" : "Guest"),
                        MethodTypeDesc.of(
                                h.host() ? Descriptors.HOST_RESOURCE : Descriptors.GUEST_RESOURCE,
                                java.lang.constant.ConstantDescs.CD_int,
                                java.lang.constant.ConstantDescs.CD_int));
                b.checkcast(Descriptors.named(h.java()));
            }
            case TypeMatch.Fields f -> loadComposite(b, f, from);
            case TypeMatch.Cases c -> loadComposite(b, c, from);
            case TypeMatch.Option o -> loadComposite(b, o, from);
            case TypeMatch.Outcome o -> loadComposite(b, o, from);
        }
    }

    private void loadComposite(CodeBuilder b, TypeMatch match, Place from) {
        MethodTypeDesc type = MethodTypeDesc.of(Descriptors.named(match.java()), CONTEXT)
                .insertParameterTypes(1, from.parameters().toArray(ClassDesc[]::new));
        Place inside = from.asParameter(0, 1);
        String name = once(match, "load" + from.kind(), type, c -> composites.load(c, match, inside));
        b.aload(from.context());
        from.push(b);
        b.invokestatic(self, name, type);
    }

    /**
     * Puts a value at a place.
     *
     * @param value pushes it
     */
    void store(CodeBuilder b, TypeMatch match, Consumer<CodeBuilder> value, Place to) {
        switch (match) {
            case TypeMatch.Primitive p ->
                to.write(b, shape(p).size(), c -> {
                    value.accept(c);
                    PrimitiveCode.toBits(c, p);
                });
            case TypeMatch.Text t ->
                to.writePair(b, c -> {
                    c.aload(to.context());
                    value.accept(c);
                    c.invokestatic(STRINGS, "store", method(long.class, CallContext.class, String.class));
                });
            case TypeMatch.Numeric n ->
                to.writePair(b, c -> {
                    c.aload(to.context());
                    value.accept(c);
                    c.invokestatic(NUMBERS, n.store(), method(long.class, CallContext.class, n.java()));
                });
            case TypeMatch.Items i ->
                to.writePair(b, c -> {
                    MethodTypeDesc type = method(long.class, CallContext.class, List.class);
                    c.aload(to.context());
                    value.accept(c);
                    c.invokestatic(self, once(i, "putItems", type, d -> composites.storeItems(d, i)), type);
                });
            case TypeMatch.Flags f ->
                to.write(b, shape(f).size(), c -> {
                    value.accept(c);
                    PrimitiveCode.unbox(c, f.java());
                    mask(c, f);
                });
            case TypeMatch.Names n ->
                to.write(b, shape(n).size(), c -> {
                    constant(c, ordinals(n), Descriptors.named(int[].class), List.of(n, "ordinals"));
                    value.accept(c);
                    c.invokevirtual(Descriptors.named(Enum.class), "ordinal", method(int.class));
                    c.iaload();
                });
            case TypeMatch.Handle h ->
                to.write(b, 4, c -> {
                    c.aload(to.context());
                    value.accept(c);
                    c.loadConstant(h.number());
                    c.invokevirtual(
                            CONTEXT,
                            (h.own() ? "give" : "lend") + (h.host() ? "Host" : "Guest"),
                            MethodTypeDesc.of(
                                    java.lang.constant.ConstantDescs.CD_int,
                                    h.host() ? Descriptors.HOST_RESOURCE : Descriptors.GUEST_RESOURCE,
                                    java.lang.constant.ConstantDescs.CD_int));
                });
            case TypeMatch.Fields f -> storeComposite(b, f, value, to);
            case TypeMatch.Cases c -> storeComposite(b, c, value, to);
            case TypeMatch.Option o -> storeComposite(b, o, value, to);
            case TypeMatch.Outcome o -> storeComposite(b, o, value, to);
        }
    }

    private void storeComposite(CodeBuilder b, TypeMatch match, Consumer<CodeBuilder> value, Place to) {
        MethodTypeDesc type = MethodTypeDesc.of(
                        java.lang.constant.ConstantDescs.CD_void, CONTEXT, Descriptors.named(match.java()))
                .insertParameterTypes(2, to.parameters().toArray(ClassDesc[]::new));
        Place inside = to.asParameter(0, 2);
        String name = once(match, "store" + to.kind(), type, c -> composites.store(c, match, inside));
        b.aload(to.context());
        value.accept(b);
        to.push(b);
        b.invokestatic(self, name, type);
    }

    private static void mask(CodeBuilder b, TypeMatch.Flags flags) {
        int count = flags.type().names().size();
        if (count < 32) {
            b.loadConstant((1 << count) - 1);
            b.iand();
        }
    }

    private static Object constants(TypeMatch.Names names) {
        Object array = java.lang.reflect.Array.newInstance(
                names.java(), names.constants().size());
        for (int i = 0; i < names.constants().size(); i++) {
            java.lang.reflect.Array.set(array, i, names.constants().get(i));
        }
        return array;
    }

    private static int[] ordinals(TypeMatch.Names names) {
        Object[] declared = names.java().getEnumConstants();
        int[] indices = new int[declared.length];
        for (int i = 0; i < indices.length; i++) {
            indices[i] = names.constants().indexOf(declared[i]);
        }
        return indices;
    }

    /** Pushes the memory of a call. */
    static void memory(CodeBuilder b, int context) {
        b.aload(context);
        b.invokevirtual(CONTEXT, "memory", MethodTypeDesc.of(MEMORY));
    }
}
