package dev.polder.wasm.capability;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Where values of application variables come from, besides the defaults of the manifest. Asked when an app is deployed
 * or started, and one that {@linkplain #isLive() is live} whenever a guest asks; on a thread that may block.
 */
@FunctionalInterface
public interface VariableProvider {

    /** What Spin puts in front of a variable's name in the environment. */
    String PREFIX = "SPIN_VARIABLE_";

    /**
     * The value of a variable, or empty when this provider does not have it.
     *
     * @throws dev.polder.kernel.model.Problem when it cannot be asked; it names the provider and shows no secret
     */
    Optional<String> value(String name);

    /** Whether a value may be another one the next time: then it is asked for again. */
    default boolean isLive() {
        return false;
    }

    /** Reads {@code SPIN_VARIABLE_NAME} of an environment, as Spin's default provider does. */
    static VariableProvider environment(Map<String, String> environment) {
        return environment(environment, PREFIX);
    }

    /** Reads names in capitals behind a prefix of an environment. */
    static VariableProvider environment(Map<String, String> environment, String prefix) {
        return name -> Optional.ofNullable(environment.get(prefix + name.toUpperCase(Locale.ROOT)));
    }
}
