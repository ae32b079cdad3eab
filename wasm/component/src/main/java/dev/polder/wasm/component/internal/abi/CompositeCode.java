package dev.polder.wasm.component.internal.abi;

import static dev.polder.wasm.component.internal.abi.Descriptors.CONTEXT;
import static dev.polder.wasm.component.internal.abi.Descriptors.VALUES;
import static dev.polder.wasm.component.internal.abi.Descriptors.method;
import static dev.polder.wasm.component.internal.abi.Descriptors.named;
import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_void;
import static java.lang.constant.ConstantDescs.INIT_NAME;

import dev.polder.wasm.component.Result;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.SwitchCase;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Bodies of the methods for records, variants and lists. Local 0 has the {@link CallContext}; in methods that store,
 * local 1 has the value.
 */
final class CompositeCode {

    private static final MethodTypeDesc OF_OBJECT = MethodTypeDesc.of(CD_void, CD_Object);

    private final ValueCode values;

    CompositeCode(ValueCode values) {
        this.values = values;
    }

    void load(CodeBuilder b, TypeMatch match, Place from) {
        switch (match) {
            case TypeMatch.Fields f -> loadFields(b, f, from);
            case TypeMatch.Cases c -> loadCases(b, c, from);
            case TypeMatch.Option o -> {
                Label none = discriminantIsZero(b, o, from);
                values.load(b, o.some(), payload(o, from));
                b.invokestatic(named(Optional.class), "of", method(Optional.class, Object.class));
                b.areturn();
                b.labelBinding(none);
                b.invokestatic(named(Optional.class), "empty", method(Optional.class));
                b.areturn();
            }
            case TypeMatch.Outcome o -> {
                Label ok = discriminantIsZero(b, o, from);
                loadSide(b, Result.Err.class, o.error(), payload(o, from));
                b.labelBinding(ok);
                loadSide(b, Result.Ok.class, o.ok(), payload(o, from));
            }
            default -> throw new IllegalArgumentException(match.toString());
        }
    }

    private void loadSide(CodeBuilder b, Class<?> side, Optional<TypeMatch> match, Place from) {
        b.new_(named(side)).dup();
        if (match.isPresent()) {
            values.load(b, match.get(), from);
        } else {
            b.aconst_null();
        }
        b.invokespecial(named(side), INIT_NAME, OF_OBJECT).areturn();
    }

    private void loadFields(CodeBuilder b, TypeMatch.Fields match, Place from) {
        b.new_(named(match.java())).dup();
        Place at = from;
        int[] offsets = offsets(match);
        for (int i = 0; i < offsets.length; i++) {
            TypeMatch field = match.fields().get(i);
            values.load(b, field, at.plus(offsets[i], 0));
            at = at.plus(0, values.shape(field).flat().size());
        }
        List<ClassDesc> erased = match.erased().stream().map(Descriptors::named).toList();
        b.invokespecial(named(match.java()), INIT_NAME, MethodTypeDesc.of(CD_void, erased));
        b.areturn();
    }

    private int[] offsets(TypeMatch.Fields match) {
        return values.shapes.offsets(
                match.fields().stream().map(TypeMatch::type).toList());
    }

    private Place payload(TypeMatch match, Place variant) {
        return variant.plus(values.shapes.payloadOffset(Shapes.cases(match.type())), 1);
    }

    private void discriminant(CodeBuilder b, int cases, Place from) {
        int bytes = Shapes.discriminantSize(cases);
        from.readDiscriminant(b, bytes);
        b.loadConstant(cases);
        b.invokestatic(VALUES, "discriminant", method(int.class, int.class, int.class));
    }

    private Label discriminantIsZero(CodeBuilder b, TypeMatch match, Place from) {
        Label zero = b.newLabel();
        discriminant(b, Shapes.cases(match.type()).size(), from);
        b.ifeq(zero);
        return zero;
    }

    private void loadCases(CodeBuilder b, TypeMatch.Cases match, Place from) {
        List<SwitchCase> targets = new ArrayList<>();
        for (int i = 0; i < match.cases().size(); i++) {
            targets.add(SwitchCase.of(i, b.newLabel()));
        }
        discriminant(b, targets.size(), from);
        b.tableswitch(targets.getFirst().target(), targets);
        for (int i = 0; i < targets.size(); i++) {
            TypeMatch.Case c = match.cases().get(i);
            b.labelBinding(targets.get(i).target());
            b.new_(named(c.java())).dup();
            c.payload().ifPresent(p -> values.load(b, p, payload(match, from)));
            MethodTypeDesc constructor =
                    c.erased().map(e -> MethodTypeDesc.of(CD_void, named(e))).orElse(MethodTypeDesc.of(CD_void));
            b.invokespecial(named(c.java()), INIT_NAME, constructor).areturn();
        }
    }

    void store(CodeBuilder b, TypeMatch match, Place to) {
        switch (match) {
            case TypeMatch.Fields f -> storeFields(b, f, to);
            case TypeMatch.Cases c -> storeCases(b, c, to);
            case TypeMatch.Option o -> {
                to.write(
                        b, 1, c -> c.aload(1).invokevirtual(named(Optional.class), "isPresent", method(boolean.class)));
                Label none = b.newLabel();
                b.aload(1).invokevirtual(named(Optional.class), "isPresent", method(boolean.class));
                b.ifeq(none);
                values.store(
                        b,
                        o.some(),
                        c -> cast(
                                c.aload(1).invokevirtual(named(Optional.class), "get", method(Object.class)), o.some()),
                        payload(o, to));
                b.labelBinding(none).return_();
            }
            case TypeMatch.Outcome o -> {
                Label error = b.newLabel();
                b.aload(1).instanceOf(named(Result.Ok.class)).ifeq(error);
                storeSide(b, o, 0, o.ok(), Result.Ok.class, "value", to);
                b.labelBinding(error);
                storeSide(b, o, 1, o.error(), Result.Err.class, "error", to);
            }
            default -> throw new IllegalArgumentException(match.toString());
        }
    }

    private void storeSide(
            CodeBuilder b,
            TypeMatch.Outcome match,
            int index,
            Optional<TypeMatch> side,
            Class<?> type,
            String accessor,
            Place to) {
        to.write(b, 1, c -> c.loadConstant(index));
        if (side.isPresent()) {
            Consumer<CodeBuilder> value = c -> cast(
                    c.aload(1).checkcast(named(type)).invokevirtual(named(type), accessor, method(Object.class)),
                    side.get());
            values.store(b, side.get(), value, payload(match, to));
        }
        b.return_();
    }

    private static void cast(CodeBuilder b, TypeMatch wanted) {
        b.checkcast(named(wanted.java()));
    }

    private void storeFields(CodeBuilder b, TypeMatch.Fields match, Place to) {
        Place at = to;
        int[] offsets = offsets(match);
        for (int i = 0; i < offsets.length; i++) {
            TypeMatch field = match.fields().get(i);
            Class<?> erased = match.erased().get(i);
            String accessor = match.accessors().get(i);
            values.store(b, field, c -> get(c.aload(1), match.java(), accessor, erased, field), at.plus(offsets[i], 0));
            at = at.plus(0, values.shape(field).flat().size());
        }
        b.return_();
    }

    private static void get(CodeBuilder b, Class<?> record, String accessor, Class<?> erased, TypeMatch wanted) {
        b.invokevirtual(named(record), accessor, method(erased));
        if (erased != wanted.java()) {
            cast(b, wanted);
        }
    }

    private void storeCases(CodeBuilder b, TypeMatch.Cases match, Place to) {
        int bytes = Shapes.discriminantSize(match.cases().size());
        for (int i = 0; i < match.cases().size(); i++) {
            TypeMatch.Case c = match.cases().get(i);
            int index = i;
            Label next = b.newLabel();
            b.aload(1).instanceOf(named(c.java())).ifeq(next);
            to.write(b, bytes, d -> d.loadConstant(index));
            c.payload()
                    .ifPresent(p -> values.store(
                            b,
                            p,
                            d -> get(
                                    d.aload(1).checkcast(named(c.java())),
                                    c.java(),
                                    c.accessor().orElseThrow(),
                                    c.erased().orElseThrow(),
                                    p),
                            payload(match, to)));
            b.return_();
            b.labelBinding(next);
        }
        b.aload(1).invokestatic(VALUES, "noCase", method(RuntimeException.class, Object.class));
        b.athrow();
    }

    /** {@code List items(CallContext, long pair)}. */
    void loadItems(CodeBuilder b, TypeMatch.Items match) {
        Shapes.Shape element = values.shape(match.element());
        int array = b.allocateLocal(TypeKind.REFERENCE);
        int address = b.allocateLocal(TypeKind.LONG);
        int i = b.allocateLocal(TypeKind.INT);
        b.aload(0).lload(1);
        b.loadConstant(element.align()).loadConstant(element.size()).loadConstant(16);
        b.invokevirtual(CONTEXT, "checkedList", method(int.class, long.class, int.class, int.class, int.class));
        b.anewarray(CD_Object).astore(array);
        b.lload(1).loadConstant(0xFFFF_FFFFL).land().lstore(address);
        loop(b, array, i, address, element.size(), () -> {
            b.aload(array).iload(i);
            values.load(b, match.element(), new Place.Memory(0, address, 0));
            b.aastore();
        });
        b.aload(array).invokestatic(VALUES, "list", method(List.class, Object[].class));
        b.areturn();
    }

    /** {@code long putItems(CallContext, List)}. */
    void storeItems(CodeBuilder b, TypeMatch.Items match) {
        Shapes.Shape element = values.shape(match.element());
        int array = b.allocateLocal(TypeKind.REFERENCE);
        int start = b.allocateLocal(TypeKind.LONG);
        int address = b.allocateLocal(TypeKind.LONG);
        int i = b.allocateLocal(TypeKind.INT);
        b.aload(1).invokeinterface(named(List.class), "toArray", method(Object[].class));
        b.astore(array);
        b.aload(0).loadConstant(element.align());
        b.aload(array).arraylength().i2l().loadConstant((long) element.size()).lmul();
        b.invokevirtual(CONTEXT, "allocate", method(long.class, int.class, long.class));
        b.dup2().lstore(start).lstore(address);
        loop(
                b,
                array,
                i,
                address,
                element.size(),
                () -> values.store(
                        b,
                        match.element(),
                        c -> cast(c.aload(array).iload(i).aaload(), match.element()),
                        new Place.Memory(0, address, 0)));
        b.lload(start).aload(array).arraylength().i2l();
        b.invokestatic(VALUES, "pack", method(long.class, long.class, long.class));
        b.lreturn();
    }

    private static void loop(CodeBuilder b, int array, int i, int address, int step, Runnable body) {
        Label head = b.newLabel();
        Label end = b.newLabel();
        b.loadConstant(0).istore(i);
        b.labelBinding(head);
        b.iload(i).aload(array).arraylength().if_icmpge(end);
        body.run();
        b.lload(address).loadConstant((long) step).ladd().lstore(address);
        b.iinc(i, 1).goto_(head);
        b.labelBinding(end);
    }
}
