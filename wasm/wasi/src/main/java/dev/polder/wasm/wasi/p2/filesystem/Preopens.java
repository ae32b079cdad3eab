package dev.polder.wasm.wasi.p2.filesystem;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.component.Wit;
import dev.polder.wasm.wasi.WasiConfig;
import dev.polder.wasm.wasi.internal.FileKind;
import dev.polder.wasm.wasi.internal.FileOpening;
import dev.polder.wasm.wasi.internal.Place;
import dev.polder.wasm.wasi.p2.io.GuestIo;
import java.util.ArrayList;
import java.util.List;

/** The interface {@code wasi:filesystem/preopens}. */
public final class Preopens {

    private final GuestIo io;
    private final WasiConfig config;

    /** Found once: later a guest may have put a link where one of them was. */
    private final List<Place> places;

    public Preopens(GuestIo io, WasiConfig config) {
        this.io = io;
        this.config = config;
        this.places = config.preopens().stream().map(Place::of).toList();
    }

    /** A folder and its name for the guest. */
    public record Directory(FileDescriptor descriptor, String name) {}

    /** Opens all preopened folders. */
    @Wit("get-directories")
    public List<Directory> getDirectories() {
        List<Directory> folders = new ArrayList<>();
        for (Place place : places) {
            String name = place.root().guestPath();
            if (place.identity().kind() != FileKind.FOLDER) {
                throw Problem.unavailable("preopen " + name + ": not there (expected: a folder)", null);
            }
            FileOpening.Opened opened = new FileOpening.Opened(null, place, place.identity(), true, false);
            folders.add(new Directory(new FileDescriptor(io, config.clock(), opened, 0), name));
        }
        return folders;
    }
}
