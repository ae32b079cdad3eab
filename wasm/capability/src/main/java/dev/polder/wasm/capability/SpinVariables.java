package dev.polder.wasm.capability;

import dev.polder.wasm.component.HostInterface;
import dev.polder.wasm.component.Result;
import dev.polder.wasm.component.Wit;
import java.util.Map;

/** {@code fermyon:spin/variables@2.0.0}: what the {@code variables} table of the component holds. */
public final class SpinVariables {

    /** How the linker finds it. */
    public static final HostInterface INTERFACE =
            HostInterface.of("fermyon:spin/variables", "2.0.0", SpinVariables.class);

    /** {@code variant error}. */
    public sealed interface Failure {
        record InvalidName(String message) implements Failure {}

        record Undefined(String message) implements Failure {}

        record Provider(String message) implements Failure {}

        record Other(String message) implements Failure {}
    }

    private final Map<String, String> values;

    /** @param values what {@link Variables#renderAll} made of the component's table */
    public SpinVariables(Map<String, String> values) {
        this.values = Map.copyOf(values);
    }

    @Wit("get")
    public Result<String, Failure> get(String name) {
        String fault = Variables.nameFault(name);
        if (fault != null) {
            return Result.err(new Failure.InvalidName(fault));
        }
        String value = values.get(name);
        return value == null
                ? Result.err(new Failure.Undefined("no variable \"" + name + "\" in the component's variables"))
                : Result.ok(value);
    }
}
