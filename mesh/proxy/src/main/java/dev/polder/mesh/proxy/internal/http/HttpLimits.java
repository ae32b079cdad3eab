package dev.polder.mesh.proxy.internal.http;

/**
 * How much of a message is taken before it is refused.
 *
 * @param headBytes largest head: start line and all header lines
 * @param targetBytes longest request target
 * @param headerLines most header lines
 */
public record HttpLimits(int headBytes, int targetBytes, int headerLines) {

    public static final HttpLimits DEFAULT = new HttpLimits(64 * 1024, 16 * 1024, 200);
}
