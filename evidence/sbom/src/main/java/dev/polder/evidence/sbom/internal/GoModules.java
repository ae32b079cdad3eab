package dev.polder.evidence.sbom.internal;

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

/**
 * Reads {@code go.mod} and {@code go.sum}. Source: the Go Modules Reference.
 *
 * <p>Since Go 1.17 {@code go.mod} requires every module that the build needs, so it is the list; {@code go.sum} also
 * holds modules that were only looked at, and gives hashes. An {@code h1:} hash is over a listing of files, not over an
 * archive, so it is a property and not a CycloneDX hash. Which module uses which is in neither file.
 */
final class GoModules {

    static final String MOD = "go.mod";
    static final String SUM = "go.sum";
    static final int MAX_BYTES = 16 * 1024 * 1024;

    private record Module(String path, String version, boolean indirect, Where where) {}

    private final Map<String, Module> required = new LinkedHashMap<>();
    private final Map<String, Module> replaced = new HashMap<>();

    private GoModules() {}

    static Listing read(String mod, String sum) {
        GoModules modules = new GoModules();
        modules.readMod(mod);
        Map<String, String> hashes = readSum(sum);
        Map<String, LockedPackage> packages = new TreeMap<>();
        Set<String> direct = new TreeSet<>();
        modules.required.values().forEach(module -> {
            LockedPackage found = modules.pack(module, hashes);
            packages.putIfAbsent(found.ref(), found);
            if (!module.indirect()) {
                direct.add(found.ref());
            }
        });
        return new Listing(
                new ArrayList<>(packages.values()),
                direct,
                packages.isEmpty() ? Listing.Completeness.COMPLETE : Listing.Completeness.EDGES_MISSING,
                "");
    }

    private void readMod(String text) {
        String block = "";
        int number = 0;
        boolean named = false;
        for (String raw : text.lines().toList()) {
            number++;
            Where where = new Where(MOD, number, 1, null);
            int comment = raw.indexOf("//");
            String note = comment < 0 ? "" : raw.substring(comment + 2).strip();
            String line = (comment < 0 ? raw : raw.substring(0, comment)).strip();
            if (line.isEmpty()) {
                continue;
            }
            if (line.equals(")")) {
                if (block.isEmpty()) {
                    throw Problem.invalid("\")\" without an open block", where);
                }
                block = "";
                continue;
            }
            List<String> words = new ArrayList<>(List.of(line.split("\\s+")));
            if (block.isEmpty()) {
                String verb = words.removeFirst();
                if (words.equals(List.of("("))) {
                    block = verb;
                    continue;
                }
                named |= verb.equals("module");
                statement(verb, words, note, where);
            } else {
                statement(block, words, note, where);
            }
        }
        if (!block.isEmpty()) {
            throw Problem.invalid(
                    "block " + block + " is not closed (expected: \")\")", new Where(MOD, number, 1, null));
        }
        if (!named) {
            throw Problem.invalid("no module line (expected: module PATH)", Where.of(MOD));
        }
    }

    private void statement(String verb, List<String> words, String note, Where where) {
        switch (verb) {
            case "require" -> {
                if (words.size() != 2 || !words.get(1).startsWith("v")) {
                    throw Problem.invalid("require " + String.join(" ", words) + " (expected: MODULE vVERSION)", where);
                }
                String path = unquote(words.get(0));
                boolean indirect = note.equals("indirect") || note.startsWith("indirect;");
                required.put(path, new Module(path, words.get(1), indirect, where));
            }
            case "replace" -> replace(words, where);
            case "module", "go", "toolchain", "exclude", "retract", "godebug", "tool", "ignore" -> {
                // says nothing about what is in the build
            }
            default ->
                throw Problem.invalid(
                        "\"" + verb + "\" (expected: a statement of go.mod such as require or replace)", where);
        }
    }

    private void replace(List<String> words, Where where) {
        int arrow = words.indexOf("=>");
        int after = words.size() - arrow - 1;
        if (arrow < 1 || arrow > 2 || after < 1 || after > 2) {
            throw Problem.invalid(
                    "replace " + String.join(" ", words) + " (expected: MODULE [VERSION] => MODULE VERSION or FOLDER)",
                    where);
        }
        String of = unquote(words.getFirst()) + (arrow == 2 ? "@" + words.get(1) : "");
        replaced.put(of, new Module(unquote(words.get(arrow + 1)), after == 2 ? words.getLast() : "", false, where));
    }

    private static String unquote(String word) {
        boolean quoted = word.length() >= 2 && (word.startsWith("\"") || word.startsWith("`"));
        return quoted ? word.substring(1, word.length() - 1) : word;
    }

    /** {@code MODULE VERSION h1:HASH}; lines for {@code VERSION/go.mod} are about that file only. */
    private static Map<String, String> readSum(String text) {
        Map<String, String> hashes = new HashMap<>();
        int number = 0;
        for (String line : text.lines().toList()) {
            number++;
            if (line.isBlank()) {
                continue;
            }
            String[] words = line.strip().split("\\s+");
            if (words.length != 3 || !words[2].startsWith("h1:")) {
                throw Problem.invalid(
                        "\"" + (line.length() > 120 ? line.substring(0, 120) + "…" : line)
                                + "\" (expected: MODULE VERSION h1:HASH)",
                        new Where(SUM, number, 1, null));
            }
            if (!words[1].endsWith("/go.mod")) {
                hashes.put(words[0] + "@" + words[1], words[2]);
            }
        }
        return hashes;
    }

    private LockedPackage pack(Module module, Map<String, String> hashes) {
        Module by = replaced.getOrDefault(module.path() + "@" + module.version(), replaced.get(module.path()));
        Map<String, String> properties = new HashMap<>();
        Module real = module;
        if (by != null && by.version().isEmpty()) {
            properties.put("polder:go:replacedBy", "a folder");
        } else if (by != null) {
            properties.put("polder:go:replaces", module.path() + "@" + module.version());
            real = by;
        }
        String hash = hashes.get(real.path() + "@" + real.version());
        boolean fromFolder = by != null && by.version().isEmpty();
        if (hash != null && !fromFolder) {
            properties.put("polder:go:h1", hash);
        }
        if (module.indirect()) {
            properties.put("polder:go:indirect", "true");
        }
        int slash = real.path().lastIndexOf('/');
        return new LockedPackage(
                Purls.of(
                        "golang",
                        slash < 0 ? "" : real.path().substring(0, slash),
                        real.path().substring(slash + 1),
                        real.version(),
                        real.where()),
                "",
                real.path(),
                real.version(),
                true,
                Map.of(),
                "",
                "",
                properties,
                Set.of());
    }
}
