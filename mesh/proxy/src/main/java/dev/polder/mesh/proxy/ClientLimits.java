package dev.polder.mesh.proxy;

/**
 * How much one caller may take up.
 *
 * @param requests most requests under way, and so connections in use, at a time
 * @param headBytes largest head of a request or response
 * @param responseBytes largest body of a response
 */
public record ClientLimits(int requests, int headBytes, long responseBytes) {

    /** 128 requests, heads of 64 KiB, bodies of any size. */
    public static final ClientLimits DEFAULT = new ClientLimits(128, 64 * 1024, Long.MAX_VALUE);
}
