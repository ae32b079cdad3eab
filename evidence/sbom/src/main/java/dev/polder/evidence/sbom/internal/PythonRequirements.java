package dev.polder.evidence.sbom.internal;

import dev.polder.evidence.sbom.internal.LockedPackage.Listing;
import dev.polder.kernel.model.Problem;
import dev.polder.kernel.model.Where;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads {@code requirements.txt}. Sources: pip's requirements file format; the Python packaging specifications of names
 * and of version specifiers.
 *
 * <p>A file in which every requirement is pinned by {@code ==} and a hash lists all packages: pip itself refuses to
 * install one that is not listed. Any other file may leave some out. Hashes are of wheels, one per platform, and which one
 * was installed the file does not tell: a hash is the package's own only when there is just one.
 */
final class PythonRequirements {

    static final String FILE = "requirements.txt";
    static final int MAX_BYTES = 8 * 1024 * 1024;

    private static final int MAX_PACKAGES = 20_000;
    private static final int MAX_HASHES = 200;
    private static final Pattern REQUIREMENT = Pattern.compile(
            "(?<name>[A-Za-z0-9](?:[A-Za-z0-9._-]{0,200}[A-Za-z0-9])?)\\s*(?:\\[[^\\]]{0,200}])?\\s*(?<rest>[^;]{0,1000})(?:;.*)?");
    private static final Pattern PINNED = Pattern.compile("={2,3}\\s*([A-Za-z0-9!+._-]{1,200})");
    private static final Pattern HASH = Pattern.compile("--hash[= ](sha256|sha384|sha512):([0-9a-fA-F]{64,128})");
    private static final Map<String, Integer> HEX_DIGITS = Map.of("sha256", 64, "sha384", 96, "sha512", 128);

    private final Map<String, LockedPackage> packages = new TreeMap<>();
    private boolean complete = true;

    private PythonRequirements() {}

    static Listing read(String text) {
        PythonRequirements requirements = new PythonRequirements();
        requirements.lines(text);
        Listing.Completeness completeness = !requirements.complete
                ? Listing.Completeness.UNKNOWN
                : requirements.packages.isEmpty() ? Listing.Completeness.COMPLETE : Listing.Completeness.EDGES_MISSING;
        return new Listing(
                new ArrayList<>(requirements.packages.values()), requirements.packages.keySet(), completeness, "");
    }

    private void lines(String text) {
        StringBuilder joined = new StringBuilder();
        int number = 0;
        int first = 1;
        for (String raw : text.lines().toList()) {
            number++;
            if (joined.isEmpty()) {
                first = number;
            }
            String line = withoutComment(raw);
            if (line.endsWith("\\")) {
                joined.append(line, 0, line.length() - 1).append(' ');
                continue;
            }
            requirement(joined.append(line).toString().strip(), new Where(FILE, first, 1, null));
            joined.setLength(0);
        }
        requirement(joined.toString().strip(), new Where(FILE, first, 1, null));
    }

    /** A {@code #} begins a comment at the start of a line and after a space: elsewhere it is part of a URL. */
    private static String withoutComment(String line) {
        for (int at = line.indexOf('#'); at >= 0; at = line.indexOf('#', at + 1)) {
            if (at == 0 || Character.isWhitespace(line.charAt(at - 1))) {
                return line.substring(0, at);
            }
        }
        return line.stripTrailing();
    }

    private void requirement(String line, Where where) {
        if (line.isEmpty()) {
            return;
        }
        if (line.startsWith("-")) {
            // other files and editable folders bring packages that are not listed here; -i and the like do not
            complete &= !line.matches("(-r|-e|--requirement|--editable)\\b.*");
            return;
        }
        List<String> hashes = new ArrayList<>();
        int options = line.indexOf(" --");
        if (options >= 0) {
            hashes(line.substring(options), hashes, where);
            line = line.substring(0, options).strip();
        }
        Matcher requirement = REQUIREMENT.matcher(line);
        if (!requirement.matches()) {
            throw Problem.invalid(
                    "\"" + shortened(line) + "\" (expected: NAME==VERSION, with options such as --hash)", where);
        }
        Matcher pinned = PINNED.matcher(requirement.group("rest").strip());
        boolean exact = pinned.matches();
        complete &= exact && !hashes.isEmpty();
        add(requirement.group("name"), exact ? pinned.group(1) : "", hashes, where);
    }

    private static void hashes(String options, List<String> hashes, Where where) {
        Matcher hash = HASH.matcher(options);
        while (hash.find()) {
            String hex = hash.group(2).toLowerCase(Locale.ROOT);
            if (hex.length() != HEX_DIGITS.getOrDefault(hash.group(1), 0) || hashes.size() == MAX_HASHES) {
                throw Problem.invalid(
                        "--hash=" + hash.group(1) + ":" + shortened(hex)
                                + " (expected: its hexadecimal digits, at most " + MAX_HASHES + " hashes)",
                        where);
            }
            hashes.add(hash.group(1) + ":" + hex);
        }
        if (hashes.isEmpty() && options.contains("--hash")) {
            throw Problem.invalid(
                    "\"" + shortened(options.strip()) + "\" (expected: --hash=sha256:DIGITS, or sha384 or sha512)",
                    where);
        }
    }

    private void add(String written, String version, List<String> hashes, Where where) {
        if (packages.size() == MAX_PACKAGES) {
            throw Problem.tooLarge("more than " + MAX_PACKAGES + " packages").at(where);
        }
        String name = written.toLowerCase(Locale.ROOT).replaceAll("[-_.]+", "-");
        Map<String, String> properties = new HashMap<>();
        if (hashes.size() > 1) {
            properties.put("polder:pypi:hashes", String.join(" ", hashes));
        }
        LockedPackage found = new LockedPackage(
                Purls.of("pypi", "", name, version, where),
                "",
                name,
                version,
                true, // a component holds the whole of Python and of what the program imports
                hashes.size() == 1 ? own(hashes.getFirst()) : Map.of(),
                "",
                "",
                properties,
                Set.of());
        packages.putIfAbsent(found.ref(), found);
    }

    private static Map<String, String> own(String hash) {
        int colon = hash.indexOf(':');
        return Map.of("SHA-" + hash.substring("sha".length(), colon), hash.substring(colon + 1));
    }

    private static String shortened(String text) {
        return text.length() > 120 ? text.substring(0, 120) + "…" : text;
    }
}
