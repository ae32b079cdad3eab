package dev.polder.wasm.service;

import dev.polder.kernel.model.Digest;
import dev.polder.kernel.model.Problem;
import dev.polder.kernel.model.Resource;
import dev.polder.kernel.model.ResourceKey;
import dev.polder.kernel.model.WorkloadRef;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * An app as it is stored: the resource kind {@code WasmApp}.
 *
 * @param manifest digest of the text of {@code spin.toml}; null when no version ever served
 * @param components digest of each component's wasm file, in manifest order
 * @param trees digest of the listing of each component's mounted files; none for a component without files
 * @param versions newest first
 */
record AppRecord(
        WorkloadRef workload,
        @Nullable Digest manifest,
        Map<String, Digest> components,
        Map<String, Digest> trees,
        DeployInfo info,
        boolean stopped,
        String reason,
        List<AppVersion> versions) {

    static final String API_VERSION = "polder.dev/v1alpha1";
    static final String GROUP = "polder.dev";
    static final String KIND = "WasmApp";

    static ResourceKey key(WorkloadRef workload) {
        return new ResourceKey(GROUP, KIND, workload.namespace(), workload.name());
    }

    Resource toResource() {
        ObjectNode spec = JsonNodeFactory.instance.objectNode();
        spec.put("workload", workload.toString());
        if (manifest != null) {
            put(spec, new VersionParts(manifest, components, trees));
        }
        putInfo(spec, info);
        spec.put("stopped", stopped);
        return Resource.of(API_VERSION, KIND, workload.namespace(), workload.name(), spec);
    }

    static ObjectNode status(AppState state) {
        ObjectNode status = JsonNodeFactory.instance.objectNode();
        status.put("phase", state.phase().name());
        status.put("reason", state.reason());
        ArrayNode list = status.putArray("versions");
        for (AppVersion version : state.versions()) {
            ObjectNode node = list.addObject().put("number", version.number());
            if (version.digest() != null) {
                node.put("digest", version.digest().toString());
            }
            putInfo(node, version.info());
            node.put("state", version.state().id());
            if (version.error() != null) {
                node.put("error", version.error());
            }
            if (version.parts() != null) {
                put(node, version.parts());
            }
        }
        return status;
    }

    private static void put(ObjectNode node, VersionParts parts) {
        node.put("manifest", parts.manifest().toString());
        ObjectNode byId = node.putObject("components");
        parts.components().forEach((id, digest) -> byId.put(id, digest.toString()));
        if (!parts.files().isEmpty()) {
            ObjectNode filesById = node.putObject("files");
            parts.files().forEach((id, digest) -> filesById.put(id, digest.toString()));
        }
    }

    /** What the version that serves, and those that may be served again, are made of. */
    Stream<VersionParts> parts() {
        Stream<VersionParts> history = versions.stream().map(AppVersion::parts).filter(Objects::nonNull);
        return manifest == null
                ? history
                : Stream.concat(Stream.of(new VersionParts(manifest, components, trees)), history);
    }

    AppRecord withStopped(boolean nowStopped) {
        return new AppRecord(workload, manifest, components, trees, info, nowStopped, reason, versions);
    }

    /** A version that serves. */
    static AppRecord of(WorkloadRef workload, VersionParts parts, DeployInfo info) {
        return new AppRecord(workload, parts.manifest(), parts.components(), parts.files(), info, false, "", List.of());
    }

    /** @throws Problem INVALID when a field is not what {@link #toResource} writes */
    static AppRecord of(Resource resource) {
        ObjectNode spec = resource.spec();
        WorkloadRef workload = new WorkloadRef(
                resource.metadata().namespace(), resource.metadata().name());
        JsonNode stored = resource.status().path("versions");
        List<AppVersion> versions = new ArrayList<>();
        for (JsonNode node : stored) {
            AppVersion version = new AppVersion(
                    node.path("number").asInt(stored.size() - versions.size()),
                    digest(node.path("digest")),
                    info(node),
                    AppVersion.State.parse(node.path("state").asString("")),
                    node.hasNonNull("error") ? node.path("error").asString() : null,
                    parts(node));
            // before versions were kept, only the spec had the parts, of the one that serves
            boolean isInSpec = version.state() == AppVersion.State.SERVING && version.parts() == null;
            versions.add(isInSpec ? version.with(parts(spec)) : version);
        }
        return new AppRecord(
                workload,
                digest(spec.path("manifest")),
                digests(spec.path("components")),
                digests(spec.path("files")),
                info(spec),
                spec.path("stopped").asBoolean(false),
                resource.status().path("reason").asString(""),
                versions);
    }

    private static @Nullable VersionParts parts(JsonNode node) {
        Digest manifest = digest(node.path("manifest"));
        return manifest == null
                ? null
                : new VersionParts(manifest, digests(node.path("components")), digests(node.path("files")));
    }

    private static Map<String, Digest> digests(JsonNode byId) {
        Map<String, Digest> digests = new LinkedHashMap<>();
        byId.properties()
                .forEach(entry -> digests.put(
                        entry.getKey(), Digest.parse(entry.getValue().asString(""))));
        return digests;
    }

    private static @Nullable Digest digest(JsonNode node) {
        return node.isString() ? Digest.parse(node.stringValue()) : null;
    }

    private static void putInfo(ObjectNode node, DeployInfo info) {
        node.put("commit", info.commit());
        node.put("deployedBy", info.deployedBy());
        node.put("deployedAt", info.at().toString());
        if (!info.how().isEmpty()) {
            node.put("how", info.how());
        }
    }

    private static DeployInfo info(JsonNode node) {
        String at = node.path("deployedAt").asString("");
        try {
            return new DeployInfo(
                    node.path("commit").asString(""),
                    node.path("deployedBy").asString(""),
                    Instant.parse(at),
                    node.path("how").asString(""));
        } catch (DateTimeParseException e) {
            throw Problem.invalid("deployedAt: \"" + at + "\" (expected: an ISO 8601 time in UTC)");
        }
    }
}
