package dev.polder.portal.catalog;

import java.time.Duration;
import java.util.List;

/**
 * How a catalogue is set up.
 *
 * @param locations the operator's own locations; all kinds are allowed there
 * @param readers who reads {@code url:} locations; the first that supports a URL does
 * @param registeredRules what locations registered over the API may bring
 * @param poll how often the disk is looked at, and the versions of URLs asked for
 * @param urlInterval how often a URL without a version is read again
 * @param orphans what becomes of an entity that no location names any more
 * @param readonly whether registering and unregistering is refused
 */
public record CatalogSettings(
        List<LocationSpec> locations,
        List<LocationReader> readers,
        CatalogRules registeredRules,
        Duration poll,
        Duration urlInterval,
        Orphans orphans,
        boolean readonly) {

    /** What becomes of an orphan. */
    public enum Orphans {
        /** It goes; Backstage's default. */
        DELETE,
        /** It stays, with the annotation {@code backstage.io/orphan: 'true'}. */
        KEEP
    }

    public CatalogSettings {
        locations = List.copyOf(locations);
        readers = List.copyOf(readers);
    }

    /** The defaults: a look per second, orphans go, registered locations bring components and APIs only. */
    public static CatalogSettings of(List<LocationSpec> locations, List<LocationReader> readers) {
        return new CatalogSettings(
                locations,
                readers,
                CatalogRules.DEFAULT,
                Duration.ofSeconds(1),
                Duration.ofSeconds(120),
                Orphans.DELETE,
                false);
    }

    public CatalogSettings withPoll(Duration every) {
        return new CatalogSettings(locations, readers, registeredRules, every, urlInterval, orphans, readonly);
    }

    public CatalogSettings withRegisteredRules(CatalogRules rules) {
        return new CatalogSettings(locations, readers, rules, poll, urlInterval, orphans, readonly);
    }

    public CatalogSettings withOrphans(Orphans what) {
        return new CatalogSettings(locations, readers, registeredRules, poll, urlInterval, what, readonly);
    }

    public CatalogSettings withReadonly(boolean refuse) {
        return new CatalogSettings(locations, readers, registeredRules, poll, urlInterval, orphans, refuse);
    }
}
