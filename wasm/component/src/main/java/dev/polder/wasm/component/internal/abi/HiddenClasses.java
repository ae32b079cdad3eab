package dev.polder.wasm.component.internal.abi;

import dev.polder.kernel.model.Problem;
import java.lang.constant.ClassDesc;
import java.lang.invoke.MethodHandles;
import java.util.List;

/** Defines generated classes as nestmates of the class that they serve: they may call what that class may call. */
final class HiddenClasses {

    private HiddenClasses() {}

    /** The name of a generated class beside {@code host}. */
    static ClassDesc name(Class<?> host, String suffix) {
        return ClassDesc.of(host.getPackageName(), simple(host) + "$$" + suffix);
    }

    private static String simple(Class<?> host) {
        String name = host.getName();
        return name.substring(name.lastIndexOf('.') + 1);
    }

    static MethodHandles.Lookup define(Class<?> host, byte[] bytes, List<Object> classData) {
        try {
            return MethodHandles.privateLookupIn(host, MethodHandles.lookup())
                    .defineHiddenClassWithClassData(bytes, classData, true, MethodHandles.Lookup.ClassOption.NESTMATE);
        } catch (IllegalAccessException e) {
            throw Problem.internal("package " + host.getPackageName() + " is not open to the component runtime", e);
        }
    }
}
