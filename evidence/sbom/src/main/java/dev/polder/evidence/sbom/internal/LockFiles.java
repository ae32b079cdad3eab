package dev.polder.evidence.sbom.internal;

import dev.polder.evidence.sbom.internal.LockedPackage.Listing;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Finds and reads the lock files of a source folder. */
public final class LockFiles {

    private LockFiles() {}

    /** One listing per ecosystem that the folder uses; a manifest without its lock file gives an unknown listing. */
    public static List<Listing> read(Path folder) {
        List<Listing> listings = new ArrayList<>();
        npm(folder).ifPresent(listings::add);
        cargo(folder).ifPresent(listings::add);
        go(folder).ifPresent(listings::add);
        SourceFiles.read(folder, MavenProject.FILE, MavenProject.MAX_BYTES)
                .map(MavenProject::read)
                .ifPresent(listings::add);
        python(folder).ifPresent(listings::add);
        return listings;
    }

    private static Optional<Listing> npm(Path folder) {
        Optional<Listing> lock =
                SourceFiles.read(folder, NpmLock.FILE, NpmLock.MAX_BYTES).map(NpmLock::read);
        return lock.isPresent() ? lock : unknown(folder, "package.json");
    }

    private static Optional<Listing> cargo(Path folder) {
        Optional<String> lock = SourceFiles.read(folder, CargoLock.FILE, CargoLock.MAX_BYTES);
        if (lock.isEmpty()) {
            return unknown(folder, CargoManifest.FILE);
        }
        return Optional.of(
                CargoLock.read(lock.get(), SourceFiles.read(folder, CargoManifest.FILE, CargoManifest.MAX_BYTES)));
    }

    private static Optional<Listing> go(Path folder) {
        return SourceFiles.read(folder, GoModules.MOD, GoModules.MAX_BYTES)
                .map(mod -> GoModules.read(
                        mod,
                        SourceFiles.read(folder, GoModules.SUM, GoModules.MAX_BYTES)
                                .orElse("")));
    }

    private static Optional<Listing> python(Path folder) {
        Optional<Listing> listing = SourceFiles.read(folder, PythonRequirements.FILE, PythonRequirements.MAX_BYTES)
                .map(PythonRequirements::read);
        return listing.isPresent() ? listing : unknown(folder, "pyproject.toml");
    }

    private static Optional<Listing> unknown(Path folder, String manifest) {
        return SourceFiles.read(folder, manifest, CargoManifest.MAX_BYTES)
                .map(text -> new Listing(List.of(), Set.of(), Listing.Completeness.UNKNOWN, ""));
    }
}
