package dev.polder.portal.catalog;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which kinds a location may bring, Backstage's {@code catalog.rules}.
 *
 * @param allow what is allowed; one match is enough
 */
public record CatalogRules(List<Allow> allow) {

    /**
     * One kind, optionally of one {@code spec.type}; both without regard to case.
     *
     * @param kind such as {@code Component}, or {@code *} for all
     */
    public record Allow(String kind, Optional<String> type) {}

    /** Backstage's default: nobody registers users, groups or templates from just anywhere. */
    public static final CatalogRules DEFAULT = kinds("Component", "API", "Location");

    /** Everything; for the locations in the operator's own configuration. */
    public static final CatalogRules ALL = kinds("*");

    public CatalogRules {
        allow = List.copyOf(allow);
    }

    /** Allows whole kinds. */
    public static CatalogRules kinds(String... kinds) {
        return new CatalogRules(java.util.Arrays.stream(kinds)
                .map(kind -> new Allow(kind, Optional.empty()))
                .toList());
    }

    boolean allows(String kind, @Nullable String specType) {
        return allow.stream()
                .anyMatch(rule -> (rule.kind().equals("*") || rule.kind().equalsIgnoreCase(kind))
                        && (rule.type().isEmpty()
                                || (specType != null
                                        && rule.type()
                                                .get()
                                                .toLowerCase(Locale.ROOT)
                                                .equals(specType.toLowerCase(Locale.ROOT)))));
    }
}
