package dev.polder.portal.catalog;

import dev.polder.kernel.model.Problem;
import dev.polder.kernel.model.YamlDocument;
import dev.polder.portal.catalog.FileSource.Contents;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The targets of a Location entity, and the files that stand behind them. Used by one thread. */
final class Targets {

    /**
     * One target, made absolute.
     *
     * @param field where it is written in the Location entity
     */
    record Target(LocationSpec spec, String field) {}

    /**
     * One file behind a target.
     *
     * @param root the folder that its placeholders may not leave, or null for a URL
     */
    record Found(
            LocationSpec location,
            Contents contents,
            @Nullable Path root) {}

    /** The API groups that descriptors of a catalogue belong to. */
    private static final Pattern GROUP = Pattern.compile("(?:[a-z0-9-]+\\.)*backstage\\.io/.*");

    private final FileSource files;
    private final UrlSource urls;

    Targets(FileSource files, UrlSource urls) {
        this.files = files;
        this.urls = urls;
    }

    /** What a Location entity points at. */
    static List<Target> of(JsonNode location, LocationSpec base) {
        JsonNode spec = location.path("spec");
        String type = spec.path("type").asString(base.type());
        boolean optional = spec.path("presence").asString("").equals("optional");
        List<Target> targets = new ArrayList<>();
        if (spec.path("target").isString()) {
            targets.add(new Target(new LocationSpec(type, spec.path("target").asString(), optional), "spec.target"));
        }
        for (int i = 0; i < spec.path("targets").size(); i++) {
            String target = spec.path("targets").path(i).asString();
            targets.add(new Target(new LocationSpec(type, target, optional), "spec.targets[" + i + "]"));
        }
        return targets;
    }

    /**
     * A target as it is meant, seen from the Location entity that writes it.
     *
     * @param base where the Location entity stands
     * @throws Problem INVALID for one that is not allowed there
     */
    LocationSpec absolute(LocationSpec target, LocationSpec base) {
        if (!target.type().equals(base.type())) {
            if (base.type().equals(LocationSpec.URL)) {
                throw Problem.invalid("Registered locations must be of an allowed type [\"url\"]");
            }
            return target;
        }
        String absolute = target.type().equals(LocationSpec.URL)
                ? urls.resolve(target.target(), base.target())
                : absolutePath(target.target(), base);
        return new LocationSpec(target.type(), absolute, target.optional());
    }

    /**
     * Reads a target.
     *
     * @throws Problem NOT_FOUND for a missing target that is not optional, INVALID for an unknown type
     */
    List<Found> read(LocationSpec spec) {
        return switch (spec.type()) {
            case LocationSpec.FILE -> files(spec.target(), spec.optional());
            case LocationSpec.URL -> urls(spec.target(), spec.optional());
            default ->
                throw Problem.invalid(
                        "No processor was able to handle reading of " + spec + " (expected: file or url)");
        };
    }

    private static String absolutePath(String target, LocationSpec base) {
        Path folder = Path.of(base.target()).getParent();
        if (folder == null || target.startsWith("/")) {
            return target;
        }
        // Path.normalize would do, were it not for the wildcards that some systems refuse in paths.
        Deque<String> parts = new ArrayDeque<>();
        for (String part : (folder + "/" + target).split("/")) {
            if (part.equals("..")) {
                parts.pollLast();
            } else if (!part.isEmpty() && !part.equals(".")) {
                parts.addLast(part);
            }
        }
        return "/" + String.join("/", parts);
    }

    private List<Found> urls(String url, boolean optional) {
        UrlSource.Fetched fetched = urls.read(url);
        Problem failure = fetched.failure();
        if (failure != null) {
            if (optional && failure.code() == Problem.Code.NOT_FOUND) {
                return List.of();
            }
            throw new Problem(
                    failure.code(),
                    failure.whoFailed(),
                    failure.retryable(),
                    "Unable to read url, " + failure.detail(),
                    null,
                    failure);
        }
        List<Found> found = new ArrayList<>();
        for (UrlSource.Document document : fetched.documents()) {
            found.add(new Found(LocationSpec.url(document.url()), document.contents(), null));
        }
        return found;
    }

    private List<Found> files(String target, boolean optional) {
        FileTargets.Found there = FileTargets.find(target);
        if (there.files().isEmpty() && !optional && !there.folder()) {
            throw Problem.notFound("file " + target + " does not exist");
        }
        List<Found> found = new ArrayList<>();
        for (Path file : there.files()) {
            try {
                Contents contents = files.read(file);
                if (!there.folder() || holdsEntities(file, contents)) {
                    LocationSpec location =
                            new LocationSpec(LocationSpec.FILE, file.normalize().toString(), false);
                    found.add(new Found(location, contents, there.root()));
                }
            } catch (Problem e) {
                // Found a moment ago and gone now: the next round sees the folder without it.
                if (e.code() != Problem.Code.NOT_FOUND || !(there.folder() || FileTargets.isGlob(target))) {
                    throw e;
                }
            }
        }
        return there.folder() ? withoutSkeletons(found) : found;
    }

    /** Other YAML lives in folders, too; it is passed over unless it speaks of this catalogue's kinds. */
    private static boolean holdsEntities(Path file, Contents contents) {
        Problem failure = contents.failure();
        if (failure != null) {
            return failure.code() == Problem.Code.TOO_LARGE
                    || new String(FileSource.prefix(file), StandardCharsets.UTF_8).contains("backstage.io/");
        }
        return contents.documents().stream()
                .map(YamlDocument::root)
                .anyMatch(root -> root.path("kind").isString()
                        && GROUP.matcher(root.path("apiVersion").asString("")).matches());
    }

    /** Leaves out what lies in folders that templates copy from. */
    private static List<Found> withoutSkeletons(List<Found> found) {
        Set<Path> skeletons = new HashSet<>();
        for (Found file : found) {
            for (YamlDocument document : file.contents().documents()) {
                if (document.root().path("kind").asString("").equals("Template")) {
                    addSkeletons(document.root(), Path.of(file.location().target()), skeletons);
                }
            }
        }
        return skeletons.isEmpty()
                ? found
                : found.stream()
                        .filter(file -> skeletons.stream()
                                .noneMatch(skeleton ->
                                        Path.of(file.location().target()).startsWith(skeleton)))
                        .toList();
    }

    private static void addSkeletons(JsonNode template, Path file, Set<Path> skeletons) {
        for (JsonNode step : template.path("spec").path("steps")) {
            String url = step.path("input").path("url").asString("");
            Path folder = file.getParent();
            if (folder != null && !url.isEmpty() && !url.contains(":") && !url.contains("${{")) {
                Path skeleton = folder.resolve(url).normalize();
                if (!skeleton.equals(folder) && skeleton.startsWith(folder)) {
                    skeletons.add(skeleton);
                }
            }
        }
    }
}
