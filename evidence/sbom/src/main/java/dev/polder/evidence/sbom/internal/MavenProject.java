package dev.polder.evidence.sbom.internal;

import dev.polder.evidence.sbom.internal.LockedPackage.Listing;
import dev.polder.kernel.model.Problem;
import dev.polder.kernel.model.Where;
import java.io.StringReader;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.stream.Location;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * Reads the dependencies of a {@code pom.xml}. Source: Maven's POM reference.
 *
 * <p>Maven has no lock file: what the dependencies themselves need, and what a parent adds, is not in this file, so the
 * listing of a project with dependencies is never known to be whole. Versions may be properties of the same file.
 */
final class MavenProject {

    static final String FILE = "pom.xml";
    static final int MAX_BYTES = 4 * 1024 * 1024;

    private static final int MAX_DEPENDENCIES = 10_000;
    private static final int MAX_DEPTH = 50;
    private static final int MAX_TEXT = 4096;
    private static final int MAX_SUBSTITUTIONS = 20;
    private static final Pattern PROPERTY = Pattern.compile("\\$\\{([A-Za-z0-9._-]{1,200})}");
    private static final Set<String> NOT_SHIPPED = Set.of("test", "provided", "system");

    private record Dependency(Map<String, String> fields, Where where) {}

    private final Map<String, String> properties = new HashMap<>();
    private final Map<String, String> managed = new HashMap<>();
    private final List<Dependency> dependencies = new ArrayList<>();
    private final List<Dependency> management = new ArrayList<>();
    private String license = "";
    private boolean hasParent;

    private MavenProject() {}

    static Listing read(String text) {
        MavenProject project = new MavenProject();
        project.parse(text);
        return project.listing();
    }

    private void parse(String text) {
        XMLInputFactory factory = XMLInputFactory.newInstance();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_COALESCING, true);
        try {
            XMLStreamReader xml = factory.createXMLStreamReader(new StringReader(text));
            ArrayDeque<String> path = new ArrayDeque<>();
            StringBuilder value = new StringBuilder();
            while (xml.hasNext()) {
                switch (xml.next()) {
                    case XMLStreamConstants.START_ELEMENT -> {
                        path.addLast(xml.getLocalName());
                        value.setLength(0);
                        start(path, where(xml.getLocation()));
                    }
                    case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA -> {
                        if (value.length() + xml.getTextLength() <= MAX_TEXT) {
                            value.append(xml.getText());
                        }
                    }
                    case XMLStreamConstants.END_ELEMENT -> {
                        field(String.join("/", path), value.toString().strip());
                        path.removeLast();
                        value.setLength(0);
                    }
                    default -> {
                        // comments and the like say nothing of dependencies
                    }
                }
            }
        } catch (XMLStreamException e) {
            throw new Problem(
                    Problem.Code.INVALID,
                    Problem.WhoFailed.CALLER,
                    false,
                    "not XML: " + words(e),
                    e.getLocation() == null ? Where.of(FILE) : where(e.getLocation()),
                    e);
        }
    }

    private void start(ArrayDeque<String> path, Where where) {
        if (path.size() > MAX_DEPTH) {
            throw Problem.invalid("more than " + MAX_DEPTH + " elements in one another", where);
        }
        switch (String.join("/", path)) {
            case "project/parent" -> hasParent = true;
            case "project/dependencies/dependency" -> add(dependencies, where);
            case "project/dependencyManagement/dependencies/dependency" -> add(management, where);
            default -> {
                if (path.size() == 1 && !path.getFirst().equals("project")) {
                    throw Problem.invalid("\"" + path.getFirst() + "\" (expected: the element project)", where);
                }
            }
        }
    }

    private static void add(List<Dependency> to, Where where) {
        if (to.size() == MAX_DEPENDENCIES) {
            throw Problem.tooLarge("more than " + MAX_DEPENDENCIES + " dependencies")
                    .at(where);
        }
        to.add(new Dependency(new HashMap<>(), where));
    }

    private void field(String path, String value) {
        String parent = path.contains("/") ? path.substring(0, path.lastIndexOf('/')) : "";
        String name = path.substring(path.lastIndexOf('/') + 1);
        switch (parent) {
            case "project/properties" -> properties.put(name, value);
            case "project/dependencies/dependency" ->
                dependencies.getLast().fields().put(name, value);
            case "project/dependencyManagement/dependencies/dependency" ->
                management.getLast().fields().put(name, value);
            case "project/licenses/license" -> {
                if (name.equals("name") && license.isEmpty()) {
                    license = value;
                }
            }
            case "project" -> {
                if (Set.of("groupId", "artifactId", "version").contains(name)) {
                    properties.put("project." + name, value);
                }
            }
            default -> {
                // plugins and profiles make no part of the module
            }
        }
    }

    private Listing listing() {
        for (Dependency dependency : management) {
            managed.put(key(dependency), resolved(dependency.fields().getOrDefault("version", "")));
        }
        Map<String, LockedPackage> packages = new TreeMap<>();
        Set<String> direct = new TreeSet<>();
        for (Dependency dependency : dependencies) {
            LockedPackage found = pack(dependency);
            packages.putIfAbsent(found.ref(), found);
            direct.add(found.ref());
        }
        return new Listing(
                new ArrayList<>(packages.values()),
                direct,
                packages.isEmpty() && !hasParent ? Listing.Completeness.COMPLETE : Listing.Completeness.UNKNOWN,
                license);
    }

    private LockedPackage pack(Dependency dependency) {
        String group = required(dependency, "groupId");
        String artifact = required(dependency, "artifactId");
        String written = dependency.fields().get("version");
        String version = written == null ? managed.getOrDefault(key(dependency), "") : resolved(written);
        String scope = dependency.fields().getOrDefault("scope", "compile");
        boolean optional = "true".equals(dependency.fields().get("optional"));
        return new LockedPackage(
                Purls.of("maven", group, artifact, version, dependency.where()),
                group,
                artifact,
                version,
                !NOT_SHIPPED.contains(scope) && !optional,
                Map.of(),
                "",
                "",
                Map.of(),
                Set.of());
    }

    private String key(Dependency dependency) {
        return required(dependency, "groupId") + ":" + required(dependency, "artifactId");
    }

    private String required(Dependency dependency, String field) {
        String value = resolved(dependency.fields().getOrDefault(field, ""));
        if (value.isEmpty()) {
            throw Problem.invalid(
                    "a dependency without " + field + " (expected: groupId and artifactId)", dependency.where());
        }
        return value;
    }

    /** With the properties of this file; a property that it does not set makes the text unknown. */
    private String resolved(String text) {
        String value = text;
        for (int i = 0; i < MAX_SUBSTITUTIONS && value.length() <= MAX_TEXT; i++) {
            Matcher property = PROPERTY.matcher(value);
            if (!property.find()) {
                return value;
            }
            String found = properties.get(property.group(1));
            if (found == null) {
                return "";
            }
            value = value.substring(0, property.start()) + found + value.substring(property.end());
        }
        return "";
    }

    private static Where where(Location location) {
        return new Where(FILE, Math.max(1, location.getLineNumber()), Math.max(1, location.getColumnNumber()), null);
    }

    /** The parser's own words, without the place that it puts before them. */
    private static String words(XMLStreamException e) {
        String text = String.valueOf(e.getMessage());
        int at = text.indexOf("Message: ");
        return at < 0 ? text : text.substring(at + "Message: ".length());
    }
}
