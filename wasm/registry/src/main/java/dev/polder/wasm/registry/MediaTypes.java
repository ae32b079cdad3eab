package dev.polder.wasm.registry;

import java.util.Set;

/** The media types of the two layouts, of OCI manifests, and of Docker's older ones. */
public final class MediaTypes {

    public static final String IMAGE_MANIFEST = "application/vnd.oci.image.manifest.v1+json";
    public static final String IMAGE_INDEX = "application/vnd.oci.image.index.v1+json";
    public static final String IMAGE_CONFIG = "application/vnd.oci.image.config.v1+json";
    public static final String DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";
    public static final String DOCKER_LIST = "application/vnd.docker.distribution.manifest.list.v2+json";

    /** Spin's locked app: a layer since Spin 2, the config before. */
    public static final String SPIN_APPLICATION = "application/vnd.fermyon.spin.application.v1+config";

    public static final String CONTENT_WASM = "application/vnd.wasm.content.layer.v1+wasm";
    public static final String CONTENT_DATA = "application/vnd.wasm.content.layer.v1+data";
    public static final String CONTENT_BUNDLE = "application/vnd.wasm.content.bundle.v1.tar+gzip";

    /** The config of a Wasm OCI artifact (CNCF TAG Runtime). */
    public static final String WASM_CONFIG = "application/vnd.wasm.config.v0+json";

    public static final String WASM = "application/wasm";

    /** Layers that hold a module or a component; the last one is what wasmCloud 1 wrote. */
    public static final Set<String> WASM_LAYERS =
            Set.of(WASM, CONTENT_WASM, "application/vnd.module.wasm.content.layer.v1+wasm");

    private MediaTypes() {}
}
