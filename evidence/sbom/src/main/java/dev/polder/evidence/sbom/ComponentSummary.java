package dev.polder.evidence.sbom;

import java.util.List;

/**
 * One line of a bill of materials, for tables.
 *
 * @param name with its group: {@code @scope/name} for npm
 * @param version {@code ""} when unknown
 * @param purl {@code ""} for a file
 * @param type CycloneDX's word: {@code library}, {@code file}, …
 * @param licenses SPDX expressions or names, as declared
 * @param scope {@code required}, {@code optional}, {@code excluded}, or {@code ""} when not said
 */
public record ComponentSummary(
        String name, String version, String purl, String type, List<String> licenses, String scope) {
    public ComponentSummary {
        licenses = List.copyOf(licenses);
    }
}
