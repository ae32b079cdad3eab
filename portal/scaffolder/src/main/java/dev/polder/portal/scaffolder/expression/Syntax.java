package dev.polder.portal.scaffolder.expression;

/**
 * How a template is written.
 *
 * @param cookiecutter output between <code>{{ }}</code> instead of <code>${{ }}</code>, and the filter {@code jsonify}
 * @param trimBlocks a newline right after a tag goes
 * @param lstripBlocks blanks before a tag go when nothing else stands before it on its line
 */
public record Syntax(boolean cookiecutter, boolean trimBlocks, boolean lstripBlocks) {

    /** As the values of a template and the files of {@code fetch:template} are written unless they say otherwise. */
    public static final Syntax STANDARD = new Syntax(false, false, false);

    String outputStart() {
        return cookiecutter ? "{{" : "${{";
    }
}
