package dev.polder.wasm.registry.internal;

import dev.polder.kernel.model.Digest;
import dev.polder.kernel.model.Problem;
import dev.polder.wasm.registry.MediaTypes;
import dev.polder.wasm.registry.PushOptions;
import dev.polder.wasm.registry.PushedApp;
import dev.polder.wasm.registry.Reference;
import java.net.http.HttpRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Sends an assembly: the blobs first, the manifest last, so that a reference never names what is not there. */
public final class Push {

    private Push() {}

    public static PushedApp send(Assembly assembly, Reference reference, Api api, PushOptions options) {
        byte[] manifest = assembly.manifest().write();
        Digest digest = Digest.of(manifest);
        Digest pinned = reference.digest();
        if (pinned != null && !pinned.equals(digest)) {
            throw Problem.invalid("reference " + reference + ": the artifact has the digest " + digest
                    + " (expected: a reference with a tag, or with that digest)");
        }
        List<Blob> blobs = new ArrayList<>(assembly.layers());
        blobs.add(assembly.config());
        BlobUpload upload = new BlobUpload(api, options);
        int sent = 0;
        long bytes = 0;
        for (Blob blob : blobs) {
            if (upload.send(blob)) {
                sent++;
                bytes += blob.descriptor().size();
            }
        }
        String selector = reference.tag() == null ? digest.toString() : reference.tag();
        Call call = new Call(
                "PUT",
                api.uri("manifests/" + selector),
                Map.of("Content-Type", MediaTypes.IMAGE_MANIFEST),
                HttpRequest.BodyPublishers.ofByteArray(manifest),
                api.scope("pull,push"),
                true,
                Set.of(200, 201));
        try (Answer answer = api.send(call)) {
            String header = answer.header("Docker-Content-Digest");
            if (header != null && !header.equals(digest.toString())) {
                throw Api.upstream("manifest " + selector + ": stored as " + Answer.printable(header) + " (expected: "
                        + digest + ")");
            }
        }
        return new PushedApp(reference.pinned(digest), digest, sent, bytes);
    }
}
