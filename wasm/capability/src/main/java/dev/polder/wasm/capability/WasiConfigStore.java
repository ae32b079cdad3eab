package dev.polder.wasm.capability;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.component.HostInterface;
import dev.polder.wasm.component.Result;
import dev.polder.wasm.component.Wit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

/** {@code wasi:config/store@0.2.0-draft-2024-09-27} and {@code @0.2.0-rc.1}: the same values as {@link SpinVariables}. */
public final class WasiConfigStore {

    /** How the linker finds it. */
    public static final HostInterface INTERFACE =
            HostInterface.of("wasi:config/store", "0.2.0-draft-2024-09-27", WasiConfigStore.class);

    /** The same under the version of wasmCloud's components. */
    public static final HostInterface CANDIDATE =
            HostInterface.of("wasi:config/store", "0.2.0-rc.1", WasiConfigStore.class);

    /** {@code variant error}. */
    public sealed interface Failure {
        record Upstream(String message) implements Failure {}

        record Io(String message) implements Failure {}
    }

    /** {@code tuple<string, string>}. */
    public record Setting(String key, String value) {}

    private final Map<String, Supplier<String>> values;

    /** @param values what {@link Variables#renderAll} made of the component's table */
    public WasiConfigStore(Map<String, Supplier<String>> values) {
        this.values = new TreeMap<>(values);
    }

    @Wit("get")
    public Result<Optional<String>, Failure> get(String key) {
        try {
            return Result.ok(Optional.ofNullable(values.get(key)).map(Supplier::get));
        } catch (Problem e) {
            return Result.err(new Failure.Upstream(e.detail()));
        }
    }

    @Wit("get-all")
    public Result<List<Setting>, Failure> getAll() {
        try {
            return Result.ok(values.entrySet().stream()
                    .map(entry -> new Setting(entry.getKey(), entry.getValue().get()))
                    .toList());
        } catch (Problem e) {
            return Result.err(new Failure.Upstream(e.detail()));
        }
    }
}
