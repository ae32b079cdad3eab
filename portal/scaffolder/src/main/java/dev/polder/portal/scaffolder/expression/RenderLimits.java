package dev.polder.portal.scaffolder.expression;

/**
 * What one template may cost.
 *
 * @param maxSource characters of a template
 * @param maxOutput characters of one text, the output included
 * @param maxSteps evaluated nodes, plus one for each 64 characters or list items made, and each character that a regular
 *     expression looks at
 * @param maxDepth nesting of tags, expressions, calls and data
 */
public record RenderLimits(int maxSource, int maxOutput, long maxSteps, int maxDepth) {

    /** 2 MiB in, 8 MiB out, two million steps, 200 levels: more than any file in a skeleton needs. */
    public static final RenderLimits DEFAULT = new RenderLimits(2 * 1024 * 1024, 8 * 1024 * 1024, 2_000_000, 200);
}
