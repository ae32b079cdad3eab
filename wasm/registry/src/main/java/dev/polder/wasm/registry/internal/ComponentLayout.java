package dev.polder.wasm.registry.internal;

import dev.polder.kernel.model.Where;
import dev.polder.wasm.registry.MediaTypes;
import dev.polder.wasm.registry.PulledApp;
import dev.polder.wasm.registry.Reference;
import dev.polder.wasm.registry.WasmConfig;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads a Wasm OCI artifact: one layer with the module or component. Any config is taken, since {@code oras push} and
 * older tools write others; the one of the specification must agree with the manifest.
 */
public final class ComponentLayout {

    private ComponentLayout() {}

    public static PulledApp.Component pull(Resolve.Resolved resolved, Reference reference, Fetch fetch) {
        Manifest.Image image = resolved.image();
        List<Descriptor> wasm = image.layers().stream()
                .filter(layer -> MediaTypes.WASM_LAYERS.contains(layer.mediaType()))
                .toList();
        if (wasm.size() != 1) {
            throw Origin.REGISTRY.wrong(
                    wasm.size() + " layers with Wasm among " + found(image) + " (expected: one layer of type "
                            + MediaTypes.WASM + ", or a Spin app)",
                    Where.of("manifest " + resolved.digest()).field("layers"));
        }
        Descriptor layer = wasm.getFirst();
        WasmConfig config = config(image, layer, fetch);
        fetch.store(List.of(layer));
        return new PulledApp.Component(
                reference.pinned(resolved.digest()),
                resolved.digest(),
                image.annotations(),
                layer.digest(),
                layer.size(),
                config);
    }

    private static @Nullable WasmConfig config(Manifest.Image image, Descriptor layer, Fetch fetch) {
        if (!image.config().mediaType().equals(MediaTypes.WASM_CONFIG)) {
            return null;
        }
        byte[] bytes = fetch.bytes(image.config(), fetch.limits().configBytes(), "config");
        WasmConfig config = WasmConfig.read(bytes, "config " + image.config().digest());
        if (!config.layerDigests().isEmpty() && !config.layerDigests().contains(layer.digest())) {
            throw Api.upstream("config " + image.config().digest() + ": layerDigests without " + layer.digest()
                    + " (expected: the digests of the manifest's layers)");
        }
        return config;
    }

    private static String found(Manifest.Image image) {
        List<String> types =
                image.layers().stream().map(Descriptor::mediaType).distinct().toList();
        return Answer.printable(image.layers().size() + " layers of types " + types + ", config "
                + image.config().mediaType());
    }
}
