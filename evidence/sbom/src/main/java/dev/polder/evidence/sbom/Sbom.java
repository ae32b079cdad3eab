package dev.polder.evidence.sbom;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A checked CycloneDX 1.6 document.
 *
 * @param json UTF-8; must not be changed
 * @param serialNumber {@code urn:uuid:…}
 * @param components how many there are, the app itself not counted
 */
@SuppressWarnings("ArrayRecordComponent") // compared by content below
public record Sbom(byte[] json, String serialNumber, int components) {
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Sbom sbom && Arrays.equals(json, sbom.json);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(json);
    }

    @Override
    public String toString() {
        return "Sbom[" + serialNumber + ", " + components + " components]";
    }
}
