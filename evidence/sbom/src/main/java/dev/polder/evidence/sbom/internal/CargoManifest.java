package dev.polder.evidence.sbom.internal;

import dev.polder.kernel.model.Where;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.tomlj.TomlTable;

/**
 * What {@code Cargo.toml} says that the lock file does not.
 *
 * @param name of the package, {@code ""} when unknown
 * @param linked names in {@code [dependencies]}, for every target
 * @param known whether there was a manifest; without one everything counts as linked
 */
record CargoManifest(String name, String license, Set<String> linked, boolean known) {

    static final String FILE = "Cargo.toml";
    static final int MAX_BYTES = 1024 * 1024;
    static final CargoManifest NONE = new CargoManifest("", "", Set.of(), false);

    CargoManifest {
        linked = Set.copyOf(linked);
    }

    static CargoManifest read(String text) {
        TomlTable root = TomlFiles.parse(FILE, text);
        TomlTable itself = TomlFiles.table(root, "package");
        Set<String> linked = new HashSet<>();
        collect(TomlFiles.table(root, "dependencies"), linked);
        TomlTable targets = TomlFiles.table(root, "target");
        if (targets != null) {
            for (String target : targets.keySet()) {
                if (targets.get(List.of(target)) instanceof TomlTable table) {
                    collect(TomlFiles.table(table, "dependencies"), linked);
                }
            }
        }
        Where where = Where.of(FILE);
        String name = itself == null ? "" : TomlFiles.optional(itself, "name", where.field("package.name"));
        Object license = itself == null ? null : itself.get(List.of("license"));
        return new CargoManifest(name, license instanceof String expression ? expression : "", linked, true);
    }

    private static void collect(@Nullable TomlTable dependencies, Set<String> names) {
        if (dependencies == null) {
            return;
        }
        for (String key : dependencies.keySet()) {
            Object value = dependencies.get(List.of(key));
            boolean renamed = value instanceof TomlTable table && table.get(List.of("package")) instanceof String;
            names.add(
                    renamed && value instanceof TomlTable table ? String.valueOf(table.get(List.of("package"))) : key);
        }
    }

    boolean links(String dependency) {
        return !known || linked.contains(dependency);
    }
}
