package dev.polder.wasm.wasi.internal;

import dev.polder.wasm.wasi.Preopen;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;

/**
 * A place below a preopened folder, with no symbolic link on the way.
 *
 * @param root the preopened folder
 * @param identity of that folder when the guest began: what stands at its path later may be another, or a link that the
 *     guest made in a folder above that it was granted too
 * @param names the folders from there down, and the file; empty for the root itself
 */
public record Place(Preopen root, Stat identity, List<String> names) {
    public Place {
        names = List.copyOf(names);
    }

    /** The preopened folder itself; a place where nothing is found when it is not there. */
    public static Place of(Preopen root) {
        Stat identity;
        try {
            identity = Stat.of(Files.readAttributes(root.folder(), BasicFileAttributes.class));
        } catch (IOException e) {
            identity = Stat.of(FileKind.UNKNOWN);
        }
        return new Place(root, identity, List.of());
    }

    Place below(List<String> way) {
        return new Place(root, identity, way);
    }
}
