package dev.polder.evidence.sbom.internal;

import com.github.packageurl.PackageURL;
import dev.polder.evidence.sbom.internal.LockedPackage.Listing;
import dev.polder.kernel.model.Problem;
import dev.polder.kernel.model.Where;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.tomlj.TomlArray;
import org.tomlj.TomlTable;

/**
 * Reads {@code Cargo.lock} versions 1 to 4, with {@code Cargo.toml} to tell what is linked from what only builds or
 * tests. Source: the Cargo Book.
 */
final class CargoLock {

    static final String FILE = "Cargo.lock";
    static final int MAX_BYTES = 8 * 1024 * 1024;
    private static final int MAX_PACKAGES = 20_000;
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

    private record Entry(
            String name, String version, String source, String checksum, List<String> dependencies, Where where) {
        boolean local() {
            return source.isEmpty();
        }
    }

    private final List<Entry> entries = new ArrayList<>();
    private final Map<String, List<Entry>> byName = new HashMap<>();
    private final Map<Entry, PackageURL> purls = new LinkedHashMap<>();

    private CargoLock() {}

    /**
     * Reads the lock file.
     *
     * @param manifest text of {@code Cargo.toml}, or empty when there is none
     */
    static Listing read(String lock, Optional<String> manifest) {
        CargoLock cargo = new CargoLock();
        cargo.load(TomlFiles.parse(FILE, lock));
        return cargo.listing(manifest.map(CargoManifest::read).orElse(CargoManifest.NONE));
    }

    private void load(TomlTable root) {
        TomlArray packages = TomlFiles.array(FILE, root, "package");
        if (packages.size() > MAX_PACKAGES) {
            throw Problem.tooLarge(packages.size() + " packages (expected: at most " + MAX_PACKAGES + ")")
                    .at(Where.of(FILE));
        }
        TomlTable checksums = TomlFiles.table(root, "metadata");
        for (int i = 0; i < packages.size(); i++) {
            Where where = TomlFiles.where(FILE, packages.inputPositionOf(i), "package[" + i + "]");
            if (!(packages.get(i) instanceof TomlTable table)) {
                throw Problem.invalid("not a table (expected: [[package]])", where);
            }
            Entry entry = entry(table, checksums, where);
            entries.add(entry);
            byName.computeIfAbsent(entry.name(), key -> new ArrayList<>()).add(entry);
        }
        entries.forEach(entry -> purls.put(entry, purl(entry)));
    }

    private static Entry entry(TomlTable table, @Nullable TomlTable checksums, Where where) {
        String name = TomlFiles.text(table, "name", where);
        String version = TomlFiles.text(table, "version", where);
        String source = TomlFiles.optional(table, "source", where);
        String checksum = TomlFiles.optional(table, "checksum", where);
        if (checksum.isEmpty() && checksums != null) {
            Object old = checksums.get(List.of("checksum " + name + " " + version + " (" + source + ")"));
            checksum = old instanceof String text && !text.equals("<none>") ? text : "";
        }
        if (!checksum.isEmpty() && !SHA256.matcher(checksum).matches()) {
            throw Problem.invalid(
                    "checksum: \"" + checksum + "\" (expected: SHA-256 in 64 lower-case hexadecimal characters)",
                    where);
        }
        return new Entry(name, version, source, checksum, TomlFiles.texts(table, "dependencies", where), where);
    }

    private static PackageURL purl(Entry entry) {
        boolean git = entry.source().startsWith("git+");
        return Purls.of(
                "cargo",
                "",
                entry.name(),
                entry.version(),
                git ? Map.of("vcs_url", entry.source()) : Map.of(),
                entry.where());
    }

    private Listing listing(CargoManifest manifest) {
        Entry root = root(manifest);
        Map<Entry, Set<Entry>> edges = new HashMap<>();
        entries.forEach(entry -> edges.put(entry, resolve(entry)));
        Set<Entry> shipped = new HashSet<>();
        if (root == null) {
            shipped.addAll(entries);
        } else {
            TreeSet<Entry> linked = new TreeSet<>(order());
            for (Entry dependency : edges.getOrDefault(root, new TreeSet<>(order()))) {
                if (manifest.links(dependency.name())) {
                    linked.add(dependency);
                }
            }
            reach(linked, edges, shipped);
        }
        Map<String, LockedPackage> packages = new LinkedHashMap<>();
        for (Entry entry : entries.stream().sorted(order()).toList()) {
            if (!entry.equals(root)) {
                LockedPackage found = pack(entry, shipped.contains(entry), refsBut(root, edges.get(entry)));
                packages.putIfAbsent(found.ref(), found);
            }
        }
        Set<String> direct = root == null ? topLevel(edges) : refs(edges.get(root));
        return new Listing(
                new ArrayList<>(packages.values()), direct, Listing.Completeness.COMPLETE, manifest.license());
    }

    private static Comparator<Entry> order() {
        return Comparator.comparing(Entry::name).thenComparing(Entry::version).thenComparing(Entry::source);
    }

    /** The app itself: the local package that the manifest names, else the only local one; null for a workspace. */
    private @Nullable Entry root(CargoManifest manifest) {
        List<Entry> local = entries.stream()
                .filter(Entry::local)
                .filter(entry -> manifest.name().isEmpty() || entry.name().equals(manifest.name()))
                .toList();
        return local.size() == 1 ? local.getFirst() : null;
    }

    private Set<String> topLevel(Map<Entry, Set<Entry>> edges) {
        TreeSet<String> refs = new TreeSet<>();
        entries.stream().filter(Entry::local).forEach(entry -> refs.addAll(refs(edges.get(entry))));
        entries.stream().filter(Entry::local).map(this::ref).forEach(refs::add);
        return refs;
    }

    private static void reach(Set<Entry> from, Map<Entry, Set<Entry>> edges, Set<Entry> reached) {
        ArrayDeque<Entry> open = new ArrayDeque<>(from);
        while (!open.isEmpty()) {
            Entry entry = open.poll();
            if (reached.add(entry)) {
                open.addAll(edges.getOrDefault(entry, new TreeSet<>(order())));
            }
        }
    }

    /** {@code name}, {@code name version} or {@code name version (source)}: as much as is needed to be clear. */
    private Set<Entry> resolve(Entry entry) {
        TreeSet<Entry> found = new TreeSet<>(order());
        for (String dependency : entry.dependencies()) {
            String[] parts = dependency.split(" ", 3);
            List<Entry> matching = byName.getOrDefault(parts[0], List.of()).stream()
                    .filter(candidate -> parts.length < 2 || candidate.version().equals(parts[1]))
                    .filter(candidate -> parts.length < 3 || parts[2].equals("(" + candidate.source() + ")"))
                    .toList();
            if (matching.isEmpty()) {
                throw Problem.invalid(
                        "dependencies: \"" + dependency + "\" of " + entry.name()
                                + " (expected: a package of this file)",
                        entry.where());
            }
            found.addAll(matching);
        }
        found.remove(entry);
        return found;
    }

    private String ref(Entry entry) {
        PackageURL purl = purls.get(entry);
        return purl == null ? "" : purl.canonicalize();
    }

    private Set<String> refs(@Nullable Set<Entry> found) {
        TreeSet<String> refs = new TreeSet<>();
        if (found != null) {
            found.forEach(entry -> refs.add(ref(entry)));
        }
        return refs;
    }

    /** The app itself is no package of the document: what tests of a package refer back to is left out. */
    private Set<String> refsBut(@Nullable Entry root, @Nullable Set<Entry> found) {
        Set<String> refs = refs(found);
        if (root != null) {
            refs.remove(ref(root));
        }
        return refs;
    }

    private LockedPackage pack(Entry entry, boolean shipped, Set<String> dependsOn) {
        boolean registry =
                entry.source().startsWith("registry+") || entry.source().startsWith("sparse+");
        return new LockedPackage(
                Objects.requireNonNull(purls.get(entry)),
                "",
                entry.name(),
                entry.version(),
                shipped,
                entry.checksum().isEmpty() ? Map.of() : Map.of("SHA-256", entry.checksum()),
                "",
                entry.source().startsWith("git+") ? entry.source() : "",
                registry ? Map.of("polder:cargo:source", entry.source()) : Map.of(),
                dependsOn);
    }
}
