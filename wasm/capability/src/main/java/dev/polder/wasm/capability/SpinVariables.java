package dev.polder.wasm.capability;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.component.HostInterface;
import dev.polder.wasm.component.Result;
import dev.polder.wasm.component.Wit;
import java.util.Map;
import java.util.function.Supplier;

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

    private final Map<String, Supplier<String>> values;

    /** @param values what {@link Variables#renderAll} made of the component's table */
    public SpinVariables(Map<String, Supplier<String>> values) {
        this.values = Map.copyOf(values);
    }

    @Wit("get")
    public Result<String, Failure> get(String name) {
        String fault = Variables.nameFault(name);
        if (fault != null) {
            return Result.err(new Failure.InvalidName(fault));
        }
        Supplier<String> value = values.get(name);
        if (value == null) {
            return Result.err(new Failure.Undefined("no variable \"" + name + "\" in the component's variables"));
        }
        try {
            return Result.ok(value.get());
        } catch (Problem e) {
            return Result.err(new Failure.Provider(e.detail()));
        }
    }
}
