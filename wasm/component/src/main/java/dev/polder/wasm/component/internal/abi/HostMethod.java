package dev.polder.wasm.component.internal.abi;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.component.FuncType;
import dev.polder.wasm.component.ResourceType;
import dev.polder.wasm.engine.HostFunction;
import java.lang.invoke.MethodHandle;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Optional;

/** A Java method that serves an import, checked against the type that the component declares. */
public final class HostMethod {

    private final Method method;
    private final FuncType type;
    private final ResourceType[] resourceTypes;
    final MethodHandle constructor;

    /**
     * What code is generated from.
     *
     * @param receiver the class of the object that the method is called on
     * @param self how the handle of that object is passed, if it is a resource's method
     * @param params of the Java method
     */
    record Plan(
            Method method,
            Class<?> receiver,
            Optional<TypeMatch> self,
            List<TypeMatch> params,
            Optional<TypeMatch> result,
            FuncType type) {}

    /** @param resourceTypes those of {@code type}, in the order in which they are met in it */
    HostMethod(Method method, FuncType type, ResourceType[] resourceTypes, MethodHandle constructor) {
        this.method = method;
        this.type = type;
        this.resourceTypes = resourceTypes;
        this.constructor = constructor;
    }

    public Method method() {
        return method;
    }

    public FuncType type() {
        return type;
    }

    /** The host function for one {@code canon lower}. */
    HostFunction lower(FuncType declared, CanonOptions options) {
        if (!declared.equals(type)) {
            throw Problem.internal("method " + method + " was resolved for " + type + ", not for " + declared, null);
        }
        try {
            return (HostFunction) constructor.invoke(options, resourceTypes);
        } catch (Throwable t) {
            throw Problem.internal("a host method's generated class cannot be instantiated: " + t, t);
        }
    }
}
