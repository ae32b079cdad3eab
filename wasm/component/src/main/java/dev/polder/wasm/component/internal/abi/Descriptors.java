package dev.polder.wasm.component.internal.abi;

import dev.polder.wasm.component.GuestResource;
import dev.polder.wasm.component.HostResource;
import dev.polder.wasm.component.ResourceType;
import dev.polder.wasm.engine.HostCall;
import dev.polder.wasm.engine.WasmFunction;
import dev.polder.wasm.engine.WasmMemory;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.DirectMethodHandleDesc;
import java.lang.constant.DynamicConstantDesc;
import java.lang.constant.MethodTypeDesc;

/** Names of what generated code uses. */
final class Descriptors {

    static final ClassDesc CONTEXT = named(CallContext.class);
    static final ClassDesc STATE = named(ComponentState.class);
    static final ClassDesc OPTIONS = named(CanonOptions.class);
    static final ClassDesc TYPES = named(ResourceType[].class);
    static final ClassDesc CALL = named(HostCall.class);
    static final ClassDesc FUNCTION = named(WasmFunction.class);
    static final ClassDesc MEMORY = named(WasmMemory.class);
    static final ClassDesc STRINGS = named(Strings.class);
    static final ClassDesc NUMBERS = named(Numbers.class);
    static final ClassDesc VALUES = named(Values.class);
    static final ClassDesc HOST_RESOURCE = named(HostResource.class);
    static final ClassDesc GUEST_RESOURCE = named(GuestResource.class);
    static final ClassDesc SLOTS = named(long[].class);

    private static final DirectMethodHandleDesc CLASS_DATA_AT = ConstantDescs.ofConstantBootstrap(
            ConstantDescs.CD_MethodHandles, "classDataAt", ConstantDescs.CD_Object, ConstantDescs.CD_int);

    private Descriptors() {}

    static ClassDesc named(Class<?> type) {
        return ClassDesc.ofDescriptor(type.descriptorString());
    }

    static MethodTypeDesc method(Class<?> result, Class<?>... params) {
        return MethodTypeDesc.ofDescriptor(
                java.lang.invoke.MethodType.methodType(result, params).descriptorString());
    }

    /** An object that was given to the hidden class when it was defined. */
    static DynamicConstantDesc<?> classData(int index, ClassDesc type) {
        return DynamicConstantDesc.ofNamed(CLASS_DATA_AT, ConstantDescs.DEFAULT_NAME, type, index);
    }
}
