package dev.polder.evidence.sbom.internal;

import dev.polder.evidence.sbom.Sbom;
import dev.polder.evidence.sbom.SbomInput;
import dev.polder.evidence.sbom.internal.LockedPackage.Listing;
import dev.polder.evidence.sbom.internal.LockedPackage.Listing.Completeness;
import dev.polder.evidence.sbom.internal.WasmFacts.Producer;
import dev.polder.kernel.model.Problem;
import dev.polder.kernel.model.Where;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.cyclonedx.Version;
import org.cyclonedx.exception.GeneratorException;
import org.cyclonedx.generators.json.BomJsonGenerator;
import org.cyclonedx.model.Bom;
import org.cyclonedx.model.BomReference;
import org.cyclonedx.model.Component;
import org.cyclonedx.model.Composition;
import org.cyclonedx.model.Dependency;
import org.cyclonedx.model.LifecycleChoice;
import org.cyclonedx.model.Lifecycles;
import org.cyclonedx.model.Metadata;
import org.cyclonedx.model.OrganizationalContact;
import org.cyclonedx.model.OrganizationalEntity;
import org.cyclonedx.model.metadata.ToolInformation;

/** Puts a document together and has it checked. */
public final class DocumentWriter {

    private static final Pattern GO_VERSION = Pattern.compile("[0-9]+(\\.[0-9]+){1,2}([a-z0-9.-]{0,20})?");

    private final Bom bom = new Bom();
    private final Map<String, TreeSet<String>> edges = new TreeMap<>();
    private final List<Composition> compositions = new ArrayList<>();

    private DocumentWriter() {}

    /** Writes one document; see {@code SbomBuilder}. */
    public static Sbom write(SbomInput input, Instant now, String serialNumber, String polderVersion) {
        List<Listing> listings = input.sourceDir() == null ? List.of() : LockFiles.read(input.sourceDir());
        DocumentWriter writer = new DocumentWriter();
        writer.fill(input, listings, now, serialNumber, polderVersion);
        byte[] json = writer.render();
        DocumentChecks.check(json);
        return new Sbom(json, serialNumber, writer.bom.getComponents().size());
    }

    private void fill(SbomInput input, List<Listing> listings, Instant now, String serialNumber, String polderVersion) {
        String license = listings.stream()
                .map(Listing::license)
                .filter(text -> !text.isEmpty())
                .findFirst()
                .orElse("");
        Component app = Components.app(input, license);
        TreeSet<String> ofApp = new TreeSet<>();
        List<Component> components = new ArrayList<>();
        Map<String, Producer> tools = new LinkedHashMap<>();
        for (SbomInput.Module module : input.modules()) {
            WasmFacts facts = WasmFacts.read(module.name(), module.bytes());
            Component file = Components.module(module, facts);
            components.add(file);
            ofApp.add(file.getBomRef());
            edges.put(file.getBomRef(), new TreeSet<>());
            goStandardLibrary(facts).ifPresent(library -> {
                if (edges.putIfAbsent(library.ref(), new TreeSet<>()) == null) {
                    components.add(Components.of(library));
                    ofApp.add(library.ref());
                }
            });
            facts.producers().stream()
                    .filter(producer -> !producer.field().equals("language"))
                    .forEach(producer -> tools.putIfAbsent(producer.name() + " " + producer.version(), producer));
        }
        for (Listing listing : listings) {
            for (LockedPackage found : listing.packages()) {
                components.add(Components.of(found));
                if (listing.completeness() == Completeness.COMPLETE) {
                    edges.put(found.ref(), new TreeSet<>(found.dependsOn()));
                }
            }
            ofApp.addAll(listing.direct());
        }
        edges.put(app.getBomRef(), ofApp);
        bom.setSerialNumber(serialNumber);
        bom.setVersion(1);
        bom.setMetadata(metadata(input, app, tools, now, polderVersion));
        bom.setComponents(components);
        bom.setDependencies(dependencies());
        compose(app, components, listings);
        bom.setCompositions(compositions);
    }

    private static Metadata metadata(
            SbomInput input, Component app, Map<String, Producer> producers, Instant now, String polderVersion) {
        Metadata metadata = new Metadata();
        metadata.setTimestamp(Date.from(now.truncatedTo(ChronoUnit.SECONDS)));
        metadata.setComponent(app);
        LifecycleChoice build = new LifecycleChoice();
        build.setPhase(LifecycleChoice.Phase.BUILD);
        Lifecycles lifecycles = new Lifecycles();
        lifecycles.setLifecycleChoice(List.of(build));
        metadata.setLifecycles(lifecycles);
        List<Component> tools = new ArrayList<>();
        tools.add(tool("polder", polderVersion));
        producers.values().forEach(producer -> tools.add(tool(producer.name(), producer.version())));
        ToolInformation information = new ToolInformation();
        information.setComponents(tools);
        metadata.setToolChoice(information);
        if (input.creator() != null) {
            metadata.setManufacturer(creator(input.creator()));
        }
        return metadata;
    }

    private static Component tool(String name, String version) {
        Component tool = new Component();
        tool.setType(Component.Type.APPLICATION);
        tool.setName(name.isEmpty() ? "unnamed" : name);
        if (!version.isEmpty()) {
            tool.setVersion(version);
        }
        return tool;
    }

    /** E-mail or URL, not both: BSI TR-03183-2. */
    private static OrganizationalEntity creator(SbomInput.Creator creator) {
        OrganizationalEntity entity = new OrganizationalEntity();
        entity.setName(creator.name());
        if (creator.contact().contains("://")) {
            entity.setUrls(List.of(creator.contact()));
        } else {
            OrganizationalContact contact = new OrganizationalContact();
            contact.setName(creator.name());
            contact.setEmail(creator.contact());
            entity.setContacts(List.of(contact));
        }
        return entity;
    }

    /** Go links its standard library in; no lock file names it, but advisories do, as {@code stdlib}. */
    private static Optional<LockedPackage> goStandardLibrary(WasmFacts facts) {
        return facts.producers().stream()
                .filter(producer ->
                        producer.field().equals("language") && producer.name().equals("Go"))
                .map(producer ->
                        producer.version().startsWith("go") ? producer.version().substring(2) : "")
                .filter(version -> GO_VERSION.matcher(version).matches())
                .findFirst()
                .map(version -> new LockedPackage(
                        Purls.of("golang", "", "stdlib", version, Where.of("producers")),
                        "",
                        "stdlib",
                        version,
                        true,
                        Map.of(),
                        "BSD-3-Clause",
                        "",
                        Map.of(),
                        Set.of()));
    }

    private List<Dependency> dependencies() {
        List<Dependency> dependencies = new ArrayList<>();
        edges.forEach((ref, targets) -> {
            Dependency dependency = new Dependency(ref);
            targets.forEach(target -> dependency.addDependency(new Dependency(target)));
            dependencies.add(dependency);
        });
        return dependencies;
    }

    /** What is known to be complete and what is not, said aloud: the aggregate of parts, and of edges. */
    private void compose(Component app, List<Component> components, List<Listing> listings) {
        boolean allParts = !listings.isEmpty()
                && listings.stream().noneMatch(listing -> listing.completeness() == Completeness.UNKNOWN);
        Composition parts = new Composition();
        parts.setAggregate(allParts ? Composition.Aggregate.COMPLETE : Composition.Aggregate.UNKNOWN);
        parts.addAssembly(new BomReference(app.getBomRef()));
        compositions.add(parts);
        Composition known = new Composition();
        known.setAggregate(Composition.Aggregate.COMPLETE);
        Composition unknown = new Composition();
        unknown.setAggregate(Composition.Aggregate.UNKNOWN);
        for (Component component : components) {
            String ref = component.getBomRef();
            (edges.containsKey(ref) ? known : unknown).addDependency(new BomReference(ref));
        }
        for (Composition composition : List.of(known, unknown)) {
            if (composition.getDependencies() != null) {
                compositions.add(composition);
            }
        }
    }

    private byte[] render() {
        try {
            return new BomJsonGenerator(bom, Version.VERSION_16)
                    .toJsonString(true)
                    .getBytes(StandardCharsets.UTF_8);
        } catch (GeneratorException e) {
            throw Problem.internal("the CycloneDX document cannot be written", e);
        }
    }
}
