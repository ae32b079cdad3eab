package dev.polder.wasm.registry;

/**
 * What an artifact may cost before it is refused.
 *
 * @param manifestBytes a manifest or index
 * @param configBytes a config or locked app
 * @param blobBytes one layer, and one file of a bundle
 * @param totalBytes all blobs together, as the manifest says, looked at before any is fetched
 * @param layers how many layers
 * @param unpackedBytes all bundles together, unpacked
 * @param bundleEntries files and folders of all bundles together
 */
public record PullLimits(
        int manifestBytes,
        int configBytes,
        long blobBytes,
        long totalBytes,
        int layers,
        long unpackedBytes,
        int bundleEntries) {

    private static final int MIB = 1024 * 1024;

    /** 4 MiB as the distribution specification says, 16 MiB, 512 MiB, 1 GiB, 500 layers as Spin, 1 GiB, 50,000. */
    public static final PullLimits DEFAULT =
            new PullLimits(4 * MIB, 16 * MIB, 512L * MIB, 1024L * MIB, 500, 1024L * MIB, 50_000);
}
