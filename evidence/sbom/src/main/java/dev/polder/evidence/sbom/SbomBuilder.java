package dev.polder.evidence.sbom;

import dev.polder.evidence.sbom.internal.DocumentWriter;
import dev.polder.kernel.model.EntityRef;
import dev.polder.kernel.model.Problem;
import java.time.Clock;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * Makes the software bill of materials of a built Wasm app.
 *
 * <p>The same input gives the same document but for its time and serial number. Field by field it follows CycloneDX 1.6
 * and, where Polder knows the answer, BSI TR-03183-2 2.1. Safe for any thread; blocks while it reads the source folder.
 */
public final class SbomBuilder {

    private final Clock clock;
    private final Supplier<UUID> serials;
    private final String polderVersion;

    /**
     * @param serials a fresh random UUID for each document
     * @param polderVersion written as the version of the tool
     */
    public SbomBuilder(Clock clock, Supplier<UUID> serials, String polderVersion) {
        this.clock = clock;
        this.serials = serials;
        this.polderVersion = polderVersion;
    }

    /**
     * Builds and checks a document.
     *
     * @throws Problem INVALID or TOO_LARGE with file and line for a bad lock file or Wasm binary; INTERNAL when the
     *     document breaks the schema, which is a defect of this class
     */
    public Sbom build(SbomInput input) {
        if (input.modules().isEmpty()) {
            throw Problem.invalid("a release of " + input.ref() + " without a Wasm module (expected: at least one)");
        }
        // the writer is a class of its own so that CycloneDX's library is loaded here and not at start
        return DocumentWriter.write(input, clock.instant(), "urn:uuid:" + serials.get(), polderVersion);
    }

    /**
     * Loads the library and the schema ahead of the first document, which otherwise waits for it. To be called once,
     * off the start path, on a thread that may take seconds.
     */
    public void warmUp() {
        byte[] emptyModule = {0, 'a', 's', 'm', 1, 0, 0, 0};
        EntityRef nobody = EntityRef.of("component", EntityRef.DEFAULT_NAMESPACE, "warm-up");
        build(new SbomInput(nobody, "", "", List.of(new SbomInput.Module("empty.wasm", emptyModule)), null, null));
    }
}
