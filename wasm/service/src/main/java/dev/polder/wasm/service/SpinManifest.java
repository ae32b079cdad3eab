package dev.polder.wasm.service;

import dev.polder.kernel.model.Problem;
import dev.polder.kernel.model.Where;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A {@code spin.toml} of version 2, as far as this build runs it: HTTP triggers with the WAGI executor.
 *
 * <p>Source: Spin's manifest schema version 2. What a manifest asks for and this build cannot give is a mistake; what it
 * records without effect yet stands in {@link #notices}.
 *
 * @param name the application's name
 * @param version {@code ""} when none is written
 * @param variables application variables by name
 * @param triggers in the order written
 * @param components by id, in the order written; each is used by at least one trigger or by none
 * @param notices what was read, is valid, and has no effect in this build
 */
public record SpinManifest(
        String name,
        String version,
        String description,
        List<String> authors,
        Map<String, Variable> variables,
        List<HttpTrigger> triggers,
        Map<String, Component> components,
        List<Notice> notices) {

    /** The file name that Spin gives it. */
    public static final String FILE_NAME = "spin.toml";

    public SpinManifest {
        authors = List.copyOf(authors);
        variables = Collections.unmodifiableMap(new LinkedHashMap<>(variables));
        triggers = List.copyOf(triggers);
        components = Collections.unmodifiableMap(new LinkedHashMap<>(components));
        notices = List.copyOf(notices);
    }

    /**
     * Reads a manifest.
     *
     * @param source what the text is called in messages, usually a path
     * @throws Problem INVALID that lists every mistake with its line; TOO_LARGE past 256 KiB
     */
    public static SpinManifest parse(String source, String text) {
        return new SpinManifestReader(source).read(text);
    }

    /** An application variable. A secret's default is never shown. */
    public record Variable(@Nullable String defaultValue, boolean required, boolean secret) {}

    /** What is asked for but has no effect yet, and where it stands. */
    public record Notice(Where where, String text) {
        @Override
        public String toString() {
            return where + ": " + text;
        }
    }

    /**
     * Requests that match a route go to a component.
     *
     * @param route the pattern as written ({@code /a/:p/...}), or null for a private endpoint
     * @param component id of the component
     */
    public record HttpTrigger(@Nullable String route, String component, Wagi executor, Where where) {}

    /**
     * The WAGI executor: a WASI command with CGI variables, entered at {@code _start}.
     *
     * @param argv space-separated arguments; <code>${SCRIPT_NAME}</code> and <code>${ARGS}</code> are replaced
     */
    public record Wagi(String argv) {
        /** What Spin uses when the manifest says nothing. */
        public static final Wagi DEFAULT = new Wagi("${SCRIPT_NAME} ${ARGS}");
    }

    /**
     * A wasm module and what it is given.
     *
     * @param source path of the wasm file, relative to the manifest's folder
     * @param environment variables of the guest
     * @param files what the manifest wants mounted; recorded, not granted yet
     * @param allowedOutboundHosts checked patterns such as {@code https://*.example.com:443}; not granted yet
     * @param build how to make the file, or null when it is checked in
     */
    public record Component(
            String id,
            String source,
            String description,
            Map<String, String> environment,
            List<FileMount> files,
            List<String> allowedOutboundHosts,
            @Nullable Build build,
            Where where) {
        public Component {
            environment = Collections.unmodifiableMap(new LinkedHashMap<>(environment));
            files = List.copyOf(files);
            allowedOutboundHosts = List.copyOf(allowedOutboundHosts);
        }
    }

    /** A glob that is mounted under its own name, or a folder or file mounted under another. */
    public record FileMount(String source, @Nullable String destination) {}

    /**
     * How a component's wasm file is made.
     *
     * @param commands shell command lines, run one after the other
     * @param workdir relative to the manifest's folder; {@code ""} is that folder
     * @param watch globs of the sources
     */
    public record Build(List<String> commands, String workdir, List<String> watch) {
        public Build {
            commands = List.copyOf(commands);
            watch = List.copyOf(watch);
        }
    }
}
