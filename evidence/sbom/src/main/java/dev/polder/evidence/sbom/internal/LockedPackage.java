package dev.polder.evidence.sbom.internal;

import com.github.packageurl.PackageURL;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One package of a lock file, whatever the ecosystem.
 *
 * @param purl identifies it; two entries with one purl are one package
 * @param group the npm scope or the like, {@code ""} when there is none
 * @param shipped whether it may be in the module; development and build-time packages are not
 * @param hashes of the distributed archive: algorithm as CycloneDX writes it ({@code SHA-512}), to hex
 * @param license as declared, {@code ""} when the lock file does not tell
 * @param distribution URL of the archive, {@code ""} when unknown
 * @param properties further facts
 * @param dependsOn purls of the packages it uses
 */
public record LockedPackage(
        PackageURL purl,
        String group,
        String name,
        String version,
        boolean shipped,
        Map<String, String> hashes,
        String license,
        String distribution,
        Map<String, String> properties,
        Set<String> dependsOn) {

    public LockedPackage {
        hashes = Map.copyOf(hashes);
        properties = Map.copyOf(properties);
        dependsOn = Set.copyOf(dependsOn);
    }

    String ref() {
        return purl.canonicalize();
    }

    /** The packages of one source folder. */
    public record Listing(List<LockedPackage> packages, Set<String> direct, Completeness completeness, String license) {

        /** What is known of the dependency graph. */
        public enum Completeness {
            /** Every package and every edge. */
            COMPLETE,
            /** Every package, not every edge. */
            EDGES_MISSING,
            /** Perhaps not every package. */
            UNKNOWN
        }

        public Listing {
            packages = List.copyOf(packages);
            direct = Set.copyOf(direct);
        }
    }
}
