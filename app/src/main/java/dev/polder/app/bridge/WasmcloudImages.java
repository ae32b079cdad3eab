package dev.polder.app.bridge;

import dev.polder.kernel.model.Problem;
import dev.polder.kernel.model.Resource;
import dev.polder.kernel.model.ResourceKey;
import dev.polder.kernel.store.Store;
import dev.polder.wasm.registry.CredentialSource;
import dev.polder.wasm.registry.DockerConfig;
import dev.polder.wasm.registry.PullPolicy;
import dev.polder.wasm.registry.PulledApp;
import dev.polder.wasm.registry.Reference;
import dev.polder.wasm.service.BuiltApp;
import dev.polder.wasm.service.RemoteSources;
import dev.polder.wasm.service.WasmcloudWorkload;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Brings the wasm files of wasmCloud workloads from their registries. */
final class WasmcloudImages {

    private static final String DOCKER_CONFIG = ".dockerconfigjson";

    private final Store store;
    private final RemoteSources sources;

    WasmcloudImages(Store store, RemoteSources sources) {
        this.store = store;
        this.sources = sources;
    }

    /** @param reference pinned to the digest of what was pulled */
    record Pulled(Reference reference, BuiltApp.Component component) {}

    /** Pulls the components and the service. */
    List<Pulled> pull(WasmcloudWorkload workload, Consumer<String> output) {
        List<Pulled> pulled = new ArrayList<>();
        String namespace = workload.workload().namespace();
        for (WasmcloudWorkload.Component component : workload.components()) {
            pulled.add(pull(namespace, component.name(), component.image(), output));
        }
        WasmcloudWorkload.Service service = workload.service();
        if (service != null) {
            pulled.add(pull(namespace, WasmcloudWorkload.SERVICE, service.image(), output));
        }
        return pulled;
    }

    private Pulled pull(String namespace, String id, WasmcloudWorkload.Image image, Consumer<String> output) {
        try {
            WasmcloudWorkload.Artifact artifact = artifact(namespace, image);
            Reference reference = Reference.parse(artifact.image());
            PullPolicy policy = switch (image.pull()) {
                case ALWAYS -> PullPolicy.ALWAYS;
                case IF_NOT_PRESENT -> PullPolicy.IF_NOT_PRESENT;
                case NEVER -> PullPolicy.NEVER;
            };
            PulledApp app = sources.pull(reference, policy, credentials(namespace, artifact.pullSecret()), output);
            if (!(app instanceof PulledApp.Component component)) {
                throw Problem.invalid(reference + " is a Spin app (expected: one component)");
            }
            output.accept("Pulled " + id + ": " + component.reference());
            return new Pulled(
                    component.reference(),
                    new BuiltApp.Component(id, store.blobs().read(component.wasm()), component.wasm()));
        } catch (Problem e) {
            throw e.reworded(e.code(), image.path() + ": " + e.detail());
        }
    }

    /** What an image stands for; its own secret goes before that of its artifact. */
    private WasmcloudWorkload.Artifact artifact(String namespace, WasmcloudWorkload.Image image) {
        if (image.artifact() == null) {
            return new WasmcloudWorkload.Artifact(image.reference(), image.pullSecret());
        }
        ResourceKey key =
                new ResourceKey(WasmcloudWorkload.GROUP, WasmcloudWorkload.ARTIFACT_KIND, namespace, image.artifact());
        WasmcloudWorkload.Artifact found = WasmcloudWorkload.Artifact.of(store.resources()
                .get(key)
                .orElseThrow(() -> Problem.notFound("no " + key + " (expected: one that was applied)")));
        return image.pullSecret() == null ? found : new WasmcloudWorkload.Artifact(found.image(), image.pullSecret());
    }

    /** Those of an {@code imagePullSecret}; null when none is named. */
    private @Nullable CredentialSource credentials(String namespace, @Nullable String name) {
        if (name == null) {
            return null;
        }
        ResourceKey key = new ResourceKey("", ConfigResources.SECRET, namespace, name);
        Resource secret = store.resources()
                .get(key)
                .orElseThrow(
                        () -> Problem.notFound("imagePullSecret: no " + key + " (expected: one that was applied)"));
        byte[] config = ConfigResources.bytes(secret).get(DOCKER_CONFIG);
        if (config == null) {
            throw Problem.invalid("imagePullSecret: " + key + " has no " + DOCKER_CONFIG
                    + " (expected: a Secret of type kubernetes.io/dockerconfigjson)");
        }
        return DockerConfig.parse(config, key + " data." + DOCKER_CONFIG);
    }
}
