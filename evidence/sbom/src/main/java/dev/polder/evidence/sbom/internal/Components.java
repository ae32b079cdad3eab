package dev.polder.evidence.sbom.internal;

import com.github.packageurl.PackageURL;
import dev.polder.evidence.sbom.SbomInput;
import dev.polder.evidence.sbom.internal.WasmFacts.Producer;
import dev.polder.kernel.model.Digest;
import dev.polder.kernel.model.Where;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.cyclonedx.model.Component;
import org.cyclonedx.model.ExternalReference;
import org.cyclonedx.model.Hash;
import org.cyclonedx.model.Property;

/** The three kinds of component: the app, its Wasm files, the packages in them. */
final class Components {

    private Components() {}

    /** The app: what the document is about. */
    static Component app(SbomInput input, String license) {
        Digest digest = input.modules().getFirst().digest();
        String version = input.commit().isEmpty() ? digest.shortForm() : input.commit();
        PackageURL purl = Purls.of(
                "generic",
                input.ref().namespace(),
                input.ref().name(),
                version,
                Map.of("checksum", digest.toString()),
                Where.of("commit"));
        Component app = new Component();
        app.setType(Component.Type.APPLICATION);
        app.setBomRef(purl.canonicalize());
        app.setGroup(input.ref().namespace());
        app.setName(input.ref().name());
        app.setVersion(version);
        app.setPurl(purl);
        app.setHashes(List.of(new Hash(Hash.Algorithm.SHA_256, digest.hex())));
        app.setLicenses(Licenses.declared(license));
        property(app, "polder:entity", input.ref().toString());
        if (!input.language().isEmpty()) {
            property(app, "polder:language", input.language());
        }
        return app;
    }

    /** A Wasm file with the properties that BSI TR-03183-2 asks of a deployable file. */
    static Component module(SbomInput.Module module, WasmFacts facts) {
        Digest digest = module.digest();
        Component file = new Component();
        file.setType(Component.Type.FILE);
        file.setBomRef("wasm:" + module.name() + "@" + digest);
        file.setMimeType("application/wasm");
        file.setName(module.name());
        file.setVersion(digest.toString());
        file.setHashes(List.of(
                new Hash(Hash.Algorithm.SHA_256, digest.hex()),
                new Hash(Hash.Algorithm.SHA_512, sha512(module.bytes()))));
        property(file, "bsi:component:filename", module.name());
        property(file, "bsi:component:executable", "executable");
        property(file, "bsi:component:archive", "no archive");
        property(file, "bsi:component:structured", "structured");
        property(file, "polder:size", String.valueOf(module.bytes().length));
        property(file, "polder:wasm:format", facts.component() ? "component" : "core module");
        for (Producer producer : facts.producers()) {
            property(
                    file,
                    "polder:wasm:producers:" + producer.field(),
                    (producer.name() + " " + producer.version()).strip());
        }
        return file;
    }

    /** A package of a lock file. */
    static Component of(LockedPackage found) {
        Component library = new Component();
        library.setType(Component.Type.LIBRARY);
        library.setBomRef(found.ref());
        if (!found.group().isEmpty()) {
            library.setGroup(found.group());
        }
        library.setName(found.name());
        if (!found.version().isEmpty()) {
            library.setVersion(found.version());
        }
        library.setPurl(found.purl());
        library.setScope(found.shipped() ? Component.Scope.REQUIRED : Component.Scope.EXCLUDED);
        List<Hash> hashes = new TreeMap<>(found.hashes())
                .entrySet().stream()
                        .map(hash -> new Hash(Hash.Algorithm.fromSpec(hash.getKey()), hash.getValue()))
                        .toList();
        if (!hashes.isEmpty()) {
            library.setHashes(hashes);
        }
        library.setLicenses(Licenses.declared(found.license()));
        if (!found.distribution().isEmpty()) {
            ExternalReference reference = new ExternalReference();
            reference.setType(
                    found.distribution().startsWith("git")
                            ? ExternalReference.Type.VCS
                            : ExternalReference.Type.DISTRIBUTION);
            reference.setUrl(found.distribution());
            reference.setHashes(hashes.isEmpty() ? null : hashes);
            library.addExternalReference(reference);
        }
        new TreeMap<>(found.properties()).forEach((name, value) -> property(library, name, value));
        return library;
    }

    static void property(Component component, String name, String value) {
        Property property = new Property();
        property.setName(name);
        property.setValue(value);
        component.addProperty(property);
    }

    private static String sha512(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-512").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this JDK lacks SHA-512, which every JDK must have", e);
        }
    }
}
