package dev.polder.wasm.component.internal.binary;

import java.util.List;
import java.util.Map;

/**
 * A component or nested component.
 *
 * @param custom the custom sections that are kept, by name: the last of each, {@code producers} and {@code
 *     component-name}
 */
public record ComponentBody(List<Definition> definitions, Map<String, byte[]> custom) {

    public ComponentBody {
        definitions = List.copyOf(definitions);
        custom = Map.copyOf(custom);
    }
}
