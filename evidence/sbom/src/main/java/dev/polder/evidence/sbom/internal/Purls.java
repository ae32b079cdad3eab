package dev.polder.evidence.sbom.internal;

import com.github.packageurl.MalformedPackageURLException;
import com.github.packageurl.PackageURL;
import dev.polder.kernel.model.Problem;
import dev.polder.kernel.model.Where;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** LockedPackage URLs, checked by type. */
final class Purls {

    private static final int MAX_NAME = 512;

    private Purls() {}

    static PackageURL of(String type, String namespace, String name, String version, Where where) {
        return of(type, namespace, name, version, Map.of(), where);
    }

    /**
     * Builds a package URL.
     *
     * @throws Problem INVALID at the place when the parts do not make one
     */
    static PackageURL of(
            String type, String namespace, String name, String version, Map<String, String> qualifiers, Where where) {
        if (name.length() > MAX_NAME || namespace.length() > MAX_NAME || version.length() > MAX_NAME) {
            throw Problem.invalid("a package name or version of more than " + MAX_NAME + " characters", where);
        }
        try {
            PackageURL purl = new PackageURL(
                    type,
                    emptyToNull(namespace),
                    name,
                    emptyToNull(version),
                    qualifiers.isEmpty() ? null : new TreeMap<>(qualifiers),
                    null);
            // the library writes some names that it cannot read: what does not come back is no package URL
            return new PackageURL(purl.canonicalize());
        } catch (MalformedPackageURLException | IllegalArgumentException e) {
            throw Problem.invalid(
                    "\"" + name + "\" version \"" + version + "\" (expected: a " + type + " package): "
                            + e.getMessage(),
                    where);
        }
    }

    private static @Nullable String emptyToNull(String text) {
        return text.isEmpty() ? null : text;
    }
}
