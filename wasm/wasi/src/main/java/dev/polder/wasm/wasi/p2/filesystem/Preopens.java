package dev.polder.wasm.wasi.p2.filesystem;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.component.Wit;
import dev.polder.wasm.wasi.Preopen;
import dev.polder.wasm.wasi.WasiConfig;
import dev.polder.wasm.wasi.internal.FileOpening;
import dev.polder.wasm.wasi.internal.Place;
import dev.polder.wasm.wasi.internal.Walk;
import dev.polder.wasm.wasi.p2.io.GuestIo;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The interface {@code wasi:filesystem/preopens}. */
public final class Preopens {

    private final GuestIo io;
    private final WasiConfig config;

    public Preopens(GuestIo io, WasiConfig config) {
        this.io = io;
        this.config = config;
    }

    /** A folder and its name for the guest. */
    public record Directory(FileDescriptor descriptor, String name) {}

    /** Opens all preopened folders. */
    @Wit("get-directories")
    public List<Directory> getDirectories() {
        List<Directory> folders = new ArrayList<>();
        for (Preopen preopen : config.preopens()) {
            Place place = new Place(preopen, List.of());
            try (Walk walk = Walk.to(place)) {
                FileOpening.Opened opened = new FileOpening.Opened(null, place, walk.identity(), true, false);
                folders.add(new Directory(new FileDescriptor(io, config.clock(), opened, 0), preopen.guestPath()));
            } catch (IOException e) {
                throw Problem.unavailable(
                        "preopen " + preopen.guestPath() + ": " + e.getMessage() + " (expected: a folder)", e);
            }
        }
        return folders;
    }
}
