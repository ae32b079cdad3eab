package dev.polder.wasm.service;

import dev.polder.kernel.model.Digest;
import dev.polder.kernel.model.Resource;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * An app ready to be deployed: its manifest, the wasm file of every component and the files that are mounted into them.
 *
 * @param manifest the text of {@code spin.toml} as read; of one whose profile was chosen or whose paths led out of its
 *     folder, what stands in its place elsewhere
 * @param components in manifest order, each before its dependencies, whose ids are {@code COMPONENT>IMPORT}
 * @param files by component id, then by the path that the guest sees, without the leading slash
 * @param language what it was built from, as far as the source folder tells
 * @param sourceDir where the sources and lock files stand; for the SBOM; null when there are none
 */
public record BuiltApp(
        SpinManifest spin,
        String manifest,
        List<Component> components,
        Map<String, Map<String, byte[]>> files,
        Language language,
        @Nullable Path sourceDir) {

    public BuiltApp {
        components = List.copyOf(components);
        files = Map.copyOf(files);
    }

    /** An app without mounted files. */
    public BuiltApp(SpinManifest spin, String manifest, List<Component> components, Language language, Path sourceDir) {
        this(spin, manifest, components, Map.of(), language, sourceDir);
    }

    /**
     * A wasmCloud workload.
     *
     * @param components what was pulled: the component under its name, the service as {@link WasmcloudWorkload#SERVICE}
     * @throws dev.polder.kernel.model.Problem INVALID with every mistake of the resource
     */
    public static BuiltApp ofWasmcloud(Resource workload, List<Component> components) {
        return new BuiltApp(
                AppManifest.spin(WasmcloudWorkload.of(workload)),
                WasmcloudWorkload.text(workload),
                components,
                Map.of(),
                Language.OTHER,
                null);
    }

    /** A component's wasm file. */
    @SuppressWarnings("ArrayRecordComponent") // the file's bytes; the digest stands for them
    public record Component(String id, byte[] wasm, Digest digest) {

        /** With the digest taken from the bytes. */
        public static Component of(String id, byte[] wasm) {
            return new Component(id, wasm, Digest.of(wasm));
        }
    }

    /**
     * Names this build among others: the digest of its one wasm file, or, when there are several or mounted files, of the
     * list of theirs with their ids.
     */
    public Digest digest() {
        return digest(components, trees());
    }

    static Digest digest(List<Component> components, Map<String, Digest> trees) {
        if (components.size() == 1 && trees.isEmpty()) {
            return components.getFirst().digest();
        }
        StringBuilder list = new StringBuilder();
        components.forEach(component -> list.append(component.id())
                .append(' ')
                .append(component.digest())
                .append('\n'));
        new TreeMap<>(trees)
                .forEach((id, tree) ->
                        list.append(id).append(" files ").append(tree).append('\n'));
        return Digest.of(list.toString().getBytes(StandardCharsets.UTF_8));
    }

    /** The digests of the trees of mounted files, by component id; none for a component without files. */
    private Map<String, Digest> trees() {
        Map<String, Digest> trees = new TreeMap<>();
        files.forEach((id, byPath) -> {
            if (!byPath.isEmpty()) {
                Map<String, Digest> digests = new TreeMap<>();
                byPath.forEach((path, bytes) -> digests.put(path, Digest.of(bytes)));
                trees.put(id, new FileTree(digests).digest());
            }
        });
        return trees;
    }

    /** A component by its id. */
    public Optional<Component> component(String id) {
        return components.stream()
                .filter(component -> component.id().equals(id))
                .findFirst();
    }
}
