package dev.polder.wasm.component.internal.abi;

import static dev.polder.wasm.component.internal.abi.Descriptors.CALL;
import static dev.polder.wasm.component.internal.abi.Descriptors.CONTEXT;
import static dev.polder.wasm.component.internal.abi.Descriptors.OPTIONS;
import static dev.polder.wasm.component.internal.abi.Descriptors.STATE;
import static dev.polder.wasm.component.internal.abi.Descriptors.TYPES;
import static dev.polder.wasm.component.internal.abi.Descriptors.method;
import static dev.polder.wasm.component.internal.abi.Descriptors.named;
import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_void;
import static java.lang.constant.ConstantDescs.INIT_NAME;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.component.ResourceType;
import dev.polder.wasm.component.ValType;
import dev.polder.wasm.engine.HostCall;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes the class of one host method: a {@code HostFunction} that takes the arguments from the guest, calls the method and
 * puts the result into the guest.
 */
final class HostMethodCode {

    private static final int CALL_LOCAL = 1;

    private final HostMethod.Plan plan;
    private final ClassDesc self;
    private final Shapes shapes = new Shapes();
    private final boolean usesGuest;
    private final boolean lends;
    private final ValueCode values;

    private HostMethodCode(HostMethod.Plan plan) {
        this.plan = plan;
        this.self = HiddenClasses.name(plan.method().getDeclaringClass(), "Import");
        List<TypeMatch> params = all(plan);
        boolean owns = params.stream().anyMatch(p -> Handles.any(p.type(), t -> t instanceof ValType.Own));
        boolean borrows = params.stream().anyMatch(p -> Handles.any(p.type(), t -> t instanceof ValType.Borrow));
        boolean guests = params.stream().anyMatch(HostMethodCode::hasGuest);
        this.lends = borrows && (owns || guests);
        this.values = new ValueCode(self, shapes, lends);
        this.usesGuest = shapes.spillsParams(plan.type())
                || shapes.spillsResult(plan.type())
                || Shapes.types(plan.type()).stream().anyMatch(Handles::needsContext)
                || plan.type().result().filter(Handles::needsContext).isPresent();
    }

    private static List<TypeMatch> all(HostMethod.Plan plan) {
        List<TypeMatch> all = new ArrayList<>();
        plan.self().ifPresent(all::add);
        all.addAll(plan.params());
        return all;
    }

    private static boolean hasGuest(TypeMatch match) {
        return switch (match) {
            case TypeMatch.Handle h -> !h.host();
            case TypeMatch.Items i -> hasGuest(i.element());
            case TypeMatch.Fields f -> f.fields().stream().anyMatch(HostMethodCode::hasGuest);
            case TypeMatch.Cases c ->
                c.cases().stream()
                        .anyMatch(d ->
                                d.payload().filter(HostMethodCode::hasGuest).isPresent());
            case TypeMatch.Option o -> hasGuest(o.some());
            case TypeMatch.Outcome o ->
                o.ok().filter(HostMethodCode::hasGuest).isPresent()
                        || o.error().filter(HostMethodCode::hasGuest).isPresent();
            default -> false;
        };
    }

    /** Gives the constructor, {@code (CanonOptions, ResourceType[])}. */
    static MethodHandle generate(HostMethod.Plan plan) {
        HostMethodCode code = new HostMethodCode(plan);
        byte[] bytes = code.build();
        MethodHandles.Lookup lookup =
                HiddenClasses.define(plan.method().getDeclaringClass(), bytes, code.values.classData());
        try {
            return lookup.findConstructor(
                    lookup.lookupClass(), MethodType.methodType(void.class, CanonOptions.class, ResourceType[].class));
        } catch (ReflectiveOperationException e) {
            throw Problem.internal("the generated class for " + plan.method() + " is broken", e);
        }
    }

    private byte[] build() {
        return ClassFile.of().build(self, builder -> {
            builder.withFlags(ClassFile.ACC_FINAL | ClassFile.ACC_SYNTHETIC | ClassFile.ACC_SUPER);
            builder.withInterfaceSymbols(named(dev.polder.wasm.engine.HostFunction.class));
            builder.withField("options", OPTIONS, ClassFile.ACC_PRIVATE | ClassFile.ACC_FINAL);
            builder.withField("types", TYPES, ClassFile.ACC_PRIVATE | ClassFile.ACC_FINAL);
            builder.withMethodBody(
                    INIT_NAME,
                    MethodTypeDesc.of(CD_void, OPTIONS, TYPES),
                    0,
                    b -> b.aload(0)
                            .invokespecial(CD_Object, INIT_NAME, MethodTypeDesc.of(CD_void))
                            .aload(0)
                            .aload(1)
                            .putfield(self, "options", OPTIONS)
                            .aload(0)
                            .aload(2)
                            .putfield(self, "types", TYPES)
                            .return_());
            builder.withMethodBody("call", method(void.class, HostCall.class), ClassFile.ACC_PUBLIC, this::call);
            values.finish(builder);
        });
    }

    private void call(CodeBuilder b) {
        int state = b.allocateLocal(TypeKind.REFERENCE);
        int context = b.allocateLocal(TypeKind.REFERENCE);
        b.aload(CALL_LOCAL).invokestatic(STATE, "of", method(ComponentState.class, HostCall.class));
        b.astore(state);
        b.aload(state).aload(0).getfield(self, "options", OPTIONS);
        if (usesGuest) {
            b.aload(0).getfield(self, "types", TYPES);
            b.invokestatic(CONTEXT, "leaving", MethodTypeDesc.of(CONTEXT, STATE, OPTIONS, TYPES));
            b.astore(context);
        } else {
            b.invokestatic(CONTEXT, "checkLeaving", MethodTypeDesc.of(CD_void, STATE, OPTIONS));
            b.aconst_null();
            b.astore(context);
        }
        Place at = params(b, context);
        at = receiver(b, state, at);
        int[] offsets = shapes.offsets(Shapes.types(plan.type()));
        boolean spills = shapes.spillsParams(plan.type());
        int first = plan.self().isPresent() ? 1 : 0;
        for (int i = 0; i < plan.params().size(); i++) {
            TypeMatch param = plan.params().get(i);
            values.load(b, param, spills ? at.plus(offsets[i + first], 0) : at);
            if (!spills) {
                at = at.plus(0, shapes.of(param.type()).flat().size());
            }
        }
        invoke(b);
        result(b, context);
        if (usesGuest) {
            b.aload(context).invokevirtual(CONTEXT, "release", method(void.class));
        }
        b.return_();
    }

    /** Where the arguments are. */
    private Place params(CodeBuilder b, int context) {
        if (!shapes.spillsParams(plan.type())) {
            return new Place.Core(context, true, CALL_LOCAL, -1, 0);
        }
        return new Place.Memory(context, checkedPointer(b, context, 0, shapes.params(plan.type())), 0);
    }

    private static int checkedPointer(CodeBuilder b, int context, int argument, Shapes.Shape shape) {
        int address = b.allocateLocal(TypeKind.LONG);
        b.aload(context);
        b.aload(CALL_LOCAL).loadConstant(argument).invokeinterface(CALL, "raw", method(long.class, int.class));
        b.loadConstant(shape.align()).loadConstant((long) shape.size());
        b.invokevirtual(CONTEXT, "checked", method(long.class, long.class, int.class, long.class));
        b.lstore(address);
        return address;
    }

    /** Pushes the object that the method is called on; gives where the other arguments are. */
    private Place receiver(CodeBuilder b, int state, Place at) {
        if (plan.self().isPresent()) {
            values.load(b, plan.self().get(), at);
            b.checkcast(named(plan.receiver()));
            return at instanceof Place.Core ? at.plus(0, 1) : at;
        }
        b.aload(state).loadConstant(ComponentState.serviceNumber(plan.receiver()));
        b.loadConstant(named(plan.receiver()));
        b.invokevirtual(STATE, "service", method(Object.class, int.class, Class.class));
        b.checkcast(named(plan.receiver()));
        return at;
    }

    private void invoke(CodeBuilder b) {
        Method method = plan.method();
        MethodTypeDesc type = method(method.getReturnType(), method.getParameterTypes());
        ClassDesc owner = named(method.getDeclaringClass());
        if (method.getDeclaringClass().isInterface()) {
            b.invokeinterface(owner, method.getName(), type);
        } else {
            b.invokevirtual(owner, method.getName(), type);
        }
    }

    private void result(CodeBuilder b, int context) {
        if (plan.result().isEmpty()) {
            return;
        }
        TypeMatch match = plan.result().get();
        TypeKind kind = TypeKind.from(named(match.java()));
        int value = b.allocateLocal(kind);
        b.storeLocal(kind, value);
        Place to;
        if (shapes.spillsResult(plan.type())) {
            int pointer = shapes.core(plan.type(), true).params().size() - 1;
            to = new Place.Memory(context, checkedPointer(b, context, pointer, shapes.of(match.type())), 0);
        } else {
            to = new Place.Core(context, true, CALL_LOCAL, -1, 0);
        }
        values.store(b, match, c -> c.loadLocal(kind, value), to);
    }
}
