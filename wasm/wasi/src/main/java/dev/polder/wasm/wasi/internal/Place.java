package dev.polder.wasm.wasi.internal;

import dev.polder.wasm.wasi.Preopen;
import java.util.List;

/**
 * A place below a preopened folder, with no symbolic link on the way.
 *
 * @param root the preopened folder
 * @param names the folders from there down, and the file; empty for the root itself
 */
public record Place(Preopen root, List<String> names) {
    public Place {
        names = List.copyOf(names);
    }
}
