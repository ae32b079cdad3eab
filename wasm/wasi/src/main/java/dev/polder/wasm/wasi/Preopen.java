package dev.polder.wasm.wasi;

import dev.polder.kernel.model.Problem;
import java.nio.file.Path;

/**
 * A folder that a guest may use and cannot leave.
 *
 * @param guestPath its name for the guest, {@code /data} or {@code .}
 * @param folder the folder of the host; must exist when the guest starts
 * @param writable whether the guest may change anything in it
 */
public record Preopen(String guestPath, Path folder, boolean writable) {

    public Preopen {
        if (guestPath.isEmpty() || guestPath.indexOf('\0') >= 0) {
            throw Problem.invalid("preopen: guest path \"" + guestPath + "\" (expected: a name without NUL)");
        }
    }

    public static Preopen readOnly(String guestPath, Path folder) {
        return new Preopen(guestPath, folder, false);
    }

    public static Preopen writable(String guestPath, Path folder) {
        return new Preopen(guestPath, folder, true);
    }
}
