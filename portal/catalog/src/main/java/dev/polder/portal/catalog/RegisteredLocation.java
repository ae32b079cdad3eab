package dev.polder.portal.catalog;

/**
 * A location that somebody registered while Polder ran.
 *
 * @param id a UUID
 * @param type as a rule {@code url}
 * @param target the URL
 * @param entityRef the Location entity that stands for it, {@code location:default/generated-…}
 */
public record RegisteredLocation(String id, String type, String target, String entityRef) {

    LocationSpec spec() {
        return new LocationSpec(type, target, false);
    }
}
