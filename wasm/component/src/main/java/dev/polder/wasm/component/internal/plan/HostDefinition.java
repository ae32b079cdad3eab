package dev.polder.wasm.component.internal.plan;

import dev.polder.wasm.component.FuncType;
import dev.polder.wasm.component.ResourceType;
import dev.polder.wasm.component.internal.abi.CanonOptions;
import dev.polder.wasm.component.internal.abi.GuestResourceDef;
import dev.polder.wasm.component.internal.abi.LiftedFunction;
import dev.polder.wasm.engine.FunctionType;

/** A core function that the host makes for a component. */
public sealed interface HostDefinition {

    FunctionType coreType();

    /** A host's function, lowered. */
    record LowerImport(Item.Imported function, CanonOptions options, FunctionType coreType) implements HostDefinition {}

    /** A function of a component, lowered for another. */
    record LowerLifted(FuncType type, LiftedFunction function, CanonOptions options, FunctionType coreType)
            implements HostDefinition {}

    record ResourceNew(GuestResourceDef resource, int instance, FunctionType coreType) implements HostDefinition {}

    record ResourceRep(GuestResourceDef resource, int instance, FunctionType coreType) implements HostDefinition {}

    record ResourceDrop(ResourceType resource, int instance, FunctionType coreType) implements HostDefinition {}
}
