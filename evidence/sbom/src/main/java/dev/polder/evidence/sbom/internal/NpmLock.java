package dev.polder.evidence.sbom.internal;

import com.github.packageurl.PackageURL;
import dev.polder.evidence.sbom.internal.LockedPackage.Listing;
import dev.polder.kernel.model.Problem;
import dev.polder.kernel.model.Where;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads {@code package-lock.json}, lockfileVersion 2 and 3: the {@code packages} table, keyed by place in the tree.
 *
 * <p>Source: npm's documentation of package-lock.json. A dependency is found as Node finds it: in the nearest
 * {@code node_modules} on the way up.
 */
final class NpmLock {

    static final String FILE = "package-lock.json";
    static final int MAX_BYTES = 32 * 1024 * 1024;
    private static final int MAX_PACKAGES = 50_000;
    private static final String MODULES = "node_modules/";
    private static final List<String> DEPENDENCY_FIELDS =
            List.of("dependencies", "optionalDependencies", "peerDependencies");

    private final String text;
    private final Map<String, ObjectNode> entries = new LinkedHashMap<>();
    private final Map<String, PackageURL> purls = new HashMap<>();

    private NpmLock(String text) {
        this.text = text;
    }

    static Listing read(String text) {
        return new NpmLock(text).listing();
    }

    private Listing listing() {
        JsonNode root = parse();
        int version = root.path("lockfileVersion").asInt(0);
        if (version != 2 && version != 3) {
            throw Problem.invalid(
                    "lockfileVersion: " + root.path("lockfileVersion")
                            + " (expected: 2 or 3, which npm 7 and newer write)",
                    where("lockfileVersion"));
        }
        if (!(root.get("packages") instanceof ObjectNode packages)) {
            throw Problem.invalid("packages: missing (expected: a mapping)", where("packages"));
        }
        if (packages.size() > MAX_PACKAGES) {
            throw Problem.tooLarge(packages.size() + " packages (expected: at most " + MAX_PACKAGES + ")")
                    .at(where("packages"));
        }
        packages.properties().forEach(entry -> {
            if (!(entry.getValue() instanceof ObjectNode object)) {
                throw Problem.invalid(
                        entry.getValue().getNodeType() + " (expected: a mapping)", where("packages", entry.getKey()));
            }
            entries.put(entry.getKey(), object);
        });
        entries.forEach((place, entry) -> {
            if (!place.isEmpty() && !entry.path("link").asBoolean(false)) {
                purls.put(place, purl(place, entry));
            }
        });
        Map<String, LockedPackage> merged = new TreeMap<>();
        purls.forEach((place, purl) -> merged.merge(purl.canonicalize(), entry(place, purl), NpmLock::merge));
        ObjectNode top = entries.get("");
        TreeSet<String> direct = new TreeSet<>();
        if (top != null) {
            direct.addAll(dependsOn("", top, DEPENDENCY_FIELDS));
            direct.addAll(dependsOn("", top, List.of("devDependencies")));
        }
        return new Listing(
                new ArrayList<>(merged.values()),
                direct,
                Listing.Completeness.COMPLETE,
                top == null ? "" : license(top));
    }

    private JsonNode parse() {
        try {
            return JsonMapper.shared().readTree(text);
        } catch (JacksonException e) {
            throw new Problem(
                    Problem.Code.INVALID,
                    Problem.WhoFailed.CALLER,
                    false,
                    "not JSON: " + e.getOriginalMessage(),
                    new Where(FILE, e.getLocation().getLineNr(), e.getLocation().getColumnNr(), null),
                    e);
        }
    }

    private Where where(String... path) {
        return JsonPlaces.find(FILE, text, List.of(path));
    }

    /** The name of the folder, unless the entry says that it is an alias of another package. */
    private PackageURL purl(String place, ObjectNode entry) {
        int modules = place.lastIndexOf(MODULES);
        String inTree =
                modules < 0 ? place.substring(place.lastIndexOf('/') + 1) : place.substring(modules + MODULES.length());
        String name = entry.path("name").asString(inTree);
        String version = entry.path("version").asString("");
        if (name.isBlank() || (version.isEmpty() && modules >= 0)) {
            throw Problem.invalid(
                    "version: " + entry.path("version") + " (expected: the version of " + inTree + ")",
                    where("packages", place));
        }
        int slash = name.startsWith("@") ? name.indexOf('/') : -1;
        return Purls.of(
                "npm", slash < 0 ? "" : name.substring(0, slash), name.substring(slash + 1), version, where(place));
    }

    private LockedPackage entry(String place, PackageURL purl) {
        ObjectNode entry = entries.getOrDefault(place, JsonMapper.shared().createObjectNode());
        boolean development = entry.path("dev").asBoolean(false);
        String resolved = entry.path("resolved").asString("");
        Map<String, String> properties = new HashMap<>();
        if (entry.path("optional").asBoolean(false)) {
            properties.put("cdx:npm:package:optional", "true");
        }
        if (entry.path("inBundle").asBoolean(false)) {
            properties.put("cdx:npm:package:bundled", "true");
        }
        String namespace = purl.getNamespace();
        return new LockedPackage(
                purl,
                namespace == null ? "" : namespace,
                purl.getName(),
                entry.path("version").asString(""),
                !development,
                hashes(place, entry),
                license(entry),
                resolved.startsWith("http") || resolved.startsWith("git") ? resolved : "",
                properties,
                dependsOn(place, entry, DEPENDENCY_FIELDS));
    }

    private Map<String, String> hashes(String place, ObjectNode entry) {
        JsonNode integrity = entry.get("integrity");
        if (integrity == null || integrity.isNull()) {
            return Map.of();
        }
        if (!integrity.isString()) {
            throw Problem.invalid(
                    "integrity: " + integrity.getNodeType() + " (expected: text)",
                    where("packages", place, "integrity"));
        }
        return Integrity.parse(integrity.stringValue(), () -> where("packages", place, "integrity"));
    }

    private static String license(ObjectNode entry) {
        JsonNode license = entry.path("license");
        return license.isString() ? license.stringValue() : license.path("type").asString("");
    }

    private Set<String> dependsOn(String place, ObjectNode entry, List<String> fields) {
        TreeSet<String> found = new TreeSet<>();
        for (String field : fields) {
            if (entry.get(field) instanceof ObjectNode dependencies) {
                for (String name : dependencies.propertyNames()) {
                    PackageURL resolved = resolve(place, name);
                    if (resolved != null) {
                        found.add(resolved.canonicalize());
                    }
                }
            }
        }
        PackageURL self = purls.get(place);
        if (self != null) {
            found.remove(self.canonicalize());
        }
        return found;
    }

    /** Null for an optional or peer dependency that is not installed. */
    private @Nullable PackageURL resolve(String place, String name) {
        String at = place;
        while (true) {
            String candidate = (at.isEmpty() ? "" : at + "/") + MODULES + name;
            ObjectNode entry = entries.get(candidate);
            if (entry != null) {
                return entry.path("link").asBoolean(false)
                        ? purls.get(entry.path("resolved").asString(""))
                        : purls.get(candidate);
            }
            if (at.isEmpty()) {
                return null;
            }
            int up = at.lastIndexOf(MODULES);
            at = up <= 0 ? "" : at.substring(0, up - 1);
        }
    }

    /** One package installed at two places: shipped if either is, and uses what either uses. */
    private static LockedPackage merge(LockedPackage one, LockedPackage other) {
        TreeSet<String> edges = new TreeSet<>(one.dependsOn());
        edges.addAll(other.dependsOn());
        return new LockedPackage(
                one.purl(),
                one.group(),
                one.name(),
                one.version(),
                one.shipped() || other.shipped(),
                one.hashes().isEmpty() ? other.hashes() : one.hashes(),
                one.license().isEmpty() ? other.license() : one.license(),
                one.distribution().isEmpty() ? other.distribution() : one.distribution(),
                one.properties(),
                edges);
    }
}
