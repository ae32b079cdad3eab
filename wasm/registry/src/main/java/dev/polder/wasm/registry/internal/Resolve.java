package dev.polder.wasm.registry.internal;

import dev.polder.kernel.model.Digest;
import dev.polder.kernel.model.Problem;
import dev.polder.wasm.registry.MediaTypes;
import dev.polder.wasm.registry.PullLimits;
import dev.polder.wasm.registry.PullOptions;
import dev.polder.wasm.registry.PullPolicy;
import dev.polder.wasm.registry.Reference;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** From a reference to the one image manifest that it means, through an index if there is one. */
public final class Resolve {

    /**
     * A resolved reference.
     *
     * @param digest of the image manifest
     * @param bytes all its blobs together, as the manifest says
     */
    public record Resolved(Manifest.Image image, Digest digest, long bytes) {}

    private record Document(Manifest manifest, Digest digest, long size) {}

    private static final String ACCEPT = String.join(
            ", ",
            MediaTypes.IMAGE_MANIFEST,
            MediaTypes.IMAGE_INDEX,
            MediaTypes.DOCKER_MANIFEST,
            MediaTypes.DOCKER_LIST);

    private final Api api;
    private final Fetch fetch;
    private final PullOptions options;

    public Resolve(Api api, Fetch fetch, PullOptions options) {
        this.api = api;
        this.fetch = fetch;
        this.options = options;
    }

    /**
     * Resolves a reference.
     *
     * @throws Problem also when the manifest breaks a limit: nothing but manifests was fetched then
     */
    public Resolved resolve(Reference reference) {
        Document document = document(reference.selector(), reference.digest());
        Manifest manifest = document.manifest();
        if (manifest instanceof Manifest.Index index) {
            Descriptor chosen = choose(index, reference);
            document = document(chosen.digest().toString(), chosen.digest());
            if (document.size() != chosen.size()) {
                throw Api.upstream("manifest " + chosen.digest() + ": " + document.size() + " bytes (expected: "
                        + chosen.size() + ", as the index says)");
            }
            manifest = document.manifest();
        }
        if (!(manifest instanceof Manifest.Image image)) {
            throw Api.upstream(reference + ": an index in an index (expected: an index of images)");
        }
        return new Resolved(image, document.digest(), requireWithinTotal(image, reference));
    }

    private Document parse(byte[] bytes, Digest digest, @Nullable String contentType) {
        Manifest manifest = Manifest.read(
                bytes, contentType, "manifest " + digest, options.limits().layers());
        fetch.document(bytes);
        return new Document(manifest, digest, bytes.length);
    }

    private Document document(String selector, @Nullable Digest pinned) {
        if (pinned != null
                && options.policy() != PullPolicy.ALWAYS
                && fetch.blobs().size(pinned).isPresent()) {
            return parse(fetch.blobs().read(pinned), pinned, null);
        }
        fetch.requireNetwork("manifest " + selector);
        int max = options.limits().manifestBytes();
        Call call = Call.get(api.uri("manifests/" + selector), Map.of("Accept", ACCEPT), api.scope("pull"), 200);
        for (int attempt = 1; ; attempt++) {
            try (Answer answer = api.send(call)) {
                byte[] bytes = answer.bytes(max, "manifest");
                Digest digest = Digest.of(bytes);
                requireSame(selector, "as it was asked for", pinned, digest);
                String header = answer.header("Docker-Content-Digest");
                if (header != null && !header.equals(digest.toString())) {
                    throw Api.upstream("manifest " + selector + ": bytes with the digest " + digest + " (expected: "
                            + Answer.printable(header) + ", as the registry's own header says)");
                }
                return parse(bytes, digest, mediaType(answer.header("Content-Type")));
            } catch (IOException e) {
                api.pause(attempt, null, api.broken(call, e));
            }
        }
    }

    private static void requireSame(String selector, String why, @Nullable Digest expected, Digest found) {
        if (expected != null && !expected.equals(found)) {
            throw Api.upstream("manifest " + selector + ": bytes with the digest " + found + " (expected: " + expected
                    + ", " + why + ")");
        }
    }

    private static @Nullable String mediaType(@Nullable String header) {
        if (header == null) {
            return null;
        }
        int semicolon = header.indexOf(';');
        return (semicolon < 0 ? header : header.substring(0, semicolon)).strip();
    }

    /** The Wasm one: by platform, or the only one that names no other platform. */
    private static Descriptor choose(Manifest.Index index, Reference reference) {
        List<Manifest.Entry> wasm = index.entries().stream()
                .filter(entry ->
                        entry.architecture().startsWith("wasm") || entry.os().startsWith("wasi"))
                .toList();
        List<Manifest.Entry> unnamed = index.entries().stream()
                .filter(entry -> entry.architecture().isEmpty())
                .toList();
        List<Manifest.Entry> fitting = wasm.isEmpty() ? unnamed : wasm;
        // a component runs where a module runs, and says more of itself
        return fitting.stream()
                .filter(entry -> entry.os().equals("wasip2"))
                .findFirst()
                .or(() -> fitting.stream().findFirst())
                .map(Manifest.Entry::manifest)
                .orElseThrow(() -> Api.upstream(
                        reference + ": an index of " + index.entries().size()
                                + " manifests, none for Wasm; found: " + platforms(index)
                                + " (expected: one of architecture wasm and os wasip1 or wasip2)"));
    }

    private static String platforms(Manifest.Index index) {
        return Answer.printable(String.join(
                ", ",
                index.entries().stream()
                        .map(entry -> entry.os() + "/" + entry.architecture())
                        .distinct()
                        .toList()));
    }

    private long requireWithinTotal(Manifest.Image image, Reference reference) {
        PullLimits limits = options.limits();
        long total = 0;
        for (Descriptor blob : image.blobs()) {
            total = Math.addExact(Math.min(total, Long.MAX_VALUE / 2), Math.min(blob.size(), Long.MAX_VALUE / 2));
        }
        if (total > limits.totalBytes()) {
            throw new Problem(
                    Problem.Code.TOO_LARGE,
                    Problem.WhoFailed.UPSTREAM,
                    false,
                    reference + ": " + total + " bytes in all (expected: at most " + limits.totalBytes() + ")",
                    null,
                    null);
        }
        for (Descriptor blob : image.layers()) {
            if (blob.size() > limits.blobBytes()) {
                throw new Problem(
                        Problem.Code.TOO_LARGE,
                        Problem.WhoFailed.UPSTREAM,
                        false,
                        reference + ": a layer of " + blob.size() + " bytes (expected: at most " + limits.blobBytes()
                                + ")",
                        null,
                        null);
            }
        }
        return total;
    }
}
