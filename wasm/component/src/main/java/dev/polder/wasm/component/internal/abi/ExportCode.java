package dev.polder.wasm.component.internal.abi;

import static dev.polder.wasm.component.internal.abi.Descriptors.CONTEXT;
import static dev.polder.wasm.component.internal.abi.Descriptors.FUNCTION;
import static dev.polder.wasm.component.internal.abi.Descriptors.OPTIONS;
import static dev.polder.wasm.component.internal.abi.Descriptors.SLOTS;
import static dev.polder.wasm.component.internal.abi.Descriptors.STATE;
import static dev.polder.wasm.component.internal.abi.Descriptors.TYPES;
import static dev.polder.wasm.component.internal.abi.Descriptors.method;
import static dev.polder.wasm.component.internal.abi.Descriptors.named;
import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_void;
import static java.lang.constant.ConstantDescs.INIT_NAME;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.component.ResourceType;
import dev.polder.wasm.engine.WasmFunction;
import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.List;

/** Makes the class of a Java interface over a component's exports. */
final class ExportCode {

    private static final int PRIVATE_FINAL = ClassFile.ACC_PRIVATE | ClassFile.ACC_FINAL;

    private static final MethodTypeDesc CONSTRUCTOR = method(
            void.class, ComponentState.class, CanonOptions[].class, WasmFunction[].class, ResourceType[][].class);

    private final List<ExportBinding.Function> functions;
    private final ClassDesc self;
    private final Class<?> type;
    private final Shapes shapes = new Shapes();
    private final ValueCode values;

    private ExportCode(Class<?> type, List<ExportBinding.Function> functions) {
        this.type = type;
        this.functions = functions;
        this.self = HiddenClasses.name(type, "Exports");
        this.values = new ValueCode(self, shapes, true);
    }

    /** Gives the constructor, {@code (ComponentState, CanonOptions[], WasmFunction[], ResourceType[][])}. */
    static MethodHandle generate(Class<?> type, List<ExportBinding.Function> functions) {
        ExportCode code = new ExportCode(type, functions);
        byte[] bytes = code.build();
        MethodHandles.Lookup lookup = HiddenClasses.define(type, bytes, code.values.classData());
        try {
            return lookup.findConstructor(
                    lookup.lookupClass(),
                    MethodType.methodType(
                            void.class,
                            ComponentState.class,
                            CanonOptions[].class,
                            WasmFunction[].class,
                            ResourceType[][].class));
        } catch (ReflectiveOperationException e) {
            throw Problem.internal("the generated class for " + type.getName() + " is broken", e);
        }
    }

    private byte[] build() {
        return ClassFile.of().build(self, builder -> {
            builder.withFlags(ClassFile.ACC_FINAL | ClassFile.ACC_SYNTHETIC | ClassFile.ACC_SUPER);
            builder.withInterfaceSymbols(named(type));
            builder.withField("state", STATE, PRIVATE_FINAL);
            for (int i = 0; i < functions.size(); i++) {
                builder.withField("options" + i, OPTIONS, PRIVATE_FINAL);
                builder.withField("function" + i, FUNCTION, PRIVATE_FINAL);
                builder.withField("types" + i, TYPES, PRIVATE_FINAL);
            }
            builder.withMethodBody(INIT_NAME, CONSTRUCTOR, 0, this::constructor);
            for (int i = 0; i < functions.size(); i++) {
                function(builder, i);
            }
            values.finish(builder);
        });
    }

    private void constructor(CodeBuilder b) {
        b.aload(0).invokespecial(CD_Object, INIT_NAME, MethodTypeDesc.of(CD_void));
        b.aload(0).aload(1).putfield(self, "state", STATE);
        for (int i = 0; i < functions.size(); i++) {
            b.aload(0).aload(2).loadConstant(i).aaload().putfield(self, "options" + i, OPTIONS);
            b.aload(0).aload(3).loadConstant(i).aaload().putfield(self, "function" + i, FUNCTION);
            b.aload(0).aload(4).loadConstant(i).aaload().putfield(self, "types" + i, TYPES);
        }
        b.return_();
    }

    private void function(ClassBuilder builder, int index) {
        ExportBinding.Function function = functions.get(index);
        MethodTypeDesc descriptor =
                method(function.method().getReturnType(), function.method().getParameterTypes());
        builder.withMethodBody(
                function.method().getName(), descriptor, ClassFile.ACC_PUBLIC, b -> body(b, index, function));
    }

    private void body(CodeBuilder b, int index, ExportBinding.Function function) {
        int context = b.allocateLocal(TypeKind.REFERENCE);
        int slots = b.allocateLocal(TypeKind.REFERENCE);
        b.aload(0).getfield(self, "state", STATE);
        b.aload(0).getfield(self, "options" + index, OPTIONS);
        b.aload(0).getfield(self, "types" + index, TYPES);
        b.invokestatic(CONTEXT, "entering", MethodTypeDesc.of(CONTEXT, STATE, OPTIONS, TYPES));
        b.astore(context);
        b.loadConstant(shapes.core(function.type(), false).slots()).newarray(TypeKind.LONG);
        b.astore(slots);
        Place.Core core = new Place.Core(context, false, slots, -1, 0);
        params(b, function, core);
        b.aload(0).getfield(self, "function" + index, FUNCTION);
        b.aload(slots).invokeinterface(FUNCTION, "callSlots", MethodTypeDesc.of(CD_void, SLOTS));
        result(b, function, core);
    }

    private void params(CodeBuilder b, ExportBinding.Function function, Place.Core core) {
        Place at = core;
        boolean spills = shapes.spillsParams(function.type());
        Shapes.Shape shape = shapes.params(function.type());
        if (spills) {
            int address = b.allocateLocal(TypeKind.LONG);
            b.aload(core.context()).loadConstant(shape.align()).loadConstant((long) shape.size());
            b.invokevirtual(CONTEXT, "allocate", method(long.class, int.class, long.class));
            b.lstore(address);
            b.aload(core.values()).loadConstant(0).lload(address).lastore();
            at = new Place.Memory(core.context(), address, 0);
        }
        int[] offsets = shapes.offsets(Shapes.types(function.type()));
        int local = 1;
        for (int i = 0; i < offsets.length; i++) {
            TypeMatch param = function.params().get(i);
            TypeKind kind = TypeKind.from(named(param.java()));
            int from = local;
            values.store(b, param, c -> c.loadLocal(kind, from), spills ? at.plus(offsets[i], 0) : at);
            if (!spills) {
                at = at.plus(0, shapes.of(param.type()).flat().size());
            }
            local += kind.slotSize();
        }
    }

    private void result(CodeBuilder b, ExportBinding.Function function, Place.Core core) {
        if (function.result().isEmpty()) {
            leave(b, core);
            b.return_();
            return;
        }
        TypeMatch match = function.result().get();
        Place from = core;
        if (shapes.spillsResult(function.type())) {
            Shapes.Shape shape = shapes.of(match.type());
            int address = b.allocateLocal(TypeKind.LONG);
            b.aload(core.context()).aload(core.values()).loadConstant(0).laload();
            b.loadConstant(shape.align()).loadConstant((long) shape.size());
            b.invokevirtual(CONTEXT, "checked", method(long.class, long.class, int.class, long.class));
            b.lstore(address);
            from = new Place.Memory(core.context(), address, 0);
        }
        values.load(b, match, from);
        TypeKind kind = TypeKind.from(named(match.java()));
        int value = b.allocateLocal(kind);
        b.storeLocal(kind, value);
        leave(b, core);
        b.loadLocal(kind, value).return_(kind);
    }

    private static void leave(CodeBuilder b, Place.Core core) {
        b.aload(core.context()).aload(core.values());
        b.invokevirtual(CONTEXT, "leave", MethodTypeDesc.of(CD_void, SLOTS));
    }
}
