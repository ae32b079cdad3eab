package dev.polder.wasm.wasi.internal;

import dev.polder.wasm.wasi.Preopen;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A place below a preopened folder, with no symbolic link on the way.
 *
 * @param root the preopened folder
 * @param identity of that folder when the guest began: what stands at its path later may be another, or a link that the
 *     guest made in a folder above that it was granted too
 * @param names the folders from there down, and the file; empty for the root itself
 * @param held the folder on the way that the guest has open, which is it whatever its name has become; by its names it is
 *     found when nobody holds it any more
 * @param heldNames how many of the names lead to that folder
 */
public record Place(
        Preopen root,
        Stat identity,
        List<String> names,
        @Nullable FolderHandle held,
        int heldNames) {
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
        return new Place(root, identity, List.of(), null, 0);
    }

    Place below(List<String> way) {
        return new Place(root, identity, way, held, heldNames);
    }

    /** The same folder, held open until it is released. */
    Place hold(FolderHandle folder) {
        return new Place(root, identity, names, folder, names.size());
    }

    /** The folder on the way that is held open. */
    @Nullable
    FolderHandle open() {
        return held != null && held.isOpen() ? held : null;
    }

    /** Whether it is itself the folder that is held open. */
    boolean isHeld() {
        return heldNames == names.size() && open() != null;
    }

    /** The names that are left to follow. */
    List<String> rest() {
        return open() == null ? names : names.subList(heldNames, names.size());
    }

    /** Lets go of the folder, by the descriptor that holds it. */
    public void release() {
        if (isHeld() && held != null) {
            held.close();
        }
    }
}
