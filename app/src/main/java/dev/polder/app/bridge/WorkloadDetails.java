package dev.polder.app.bridge;

import dev.polder.kernel.model.Digest;
import dev.polder.kernel.model.Problem;
import dev.polder.kernel.model.SpiffeId;
import dev.polder.kernel.model.WorkloadRef;
import dev.polder.mesh.config.IdentitySource;
import dev.polder.mesh.config.WorkloadIdentity;
import dev.polder.portal.git.GitRepositories;
import dev.polder.portal.git.GitRepository;
import dev.polder.wasm.engine.WasmEngine;
import dev.polder.wasm.service.AppState;
import dev.polder.wasm.service.AppVersion;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** A workload as {@code docs/http-api.md} shows it: what runs, under which identity, from which repository. */
public final class WorkloadDetails {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final AppDetails apps;
    private final WasmEngine engine;
    private final String engineWhy;
    private final IdentitySource identities;
    private final MeshWorkloads mesh;
    private final GitRepositories repositories;
    private final Function<WorkloadRef, String> urls;
    private final Function<WorkloadRef, String> cloneUrls;

    /**
     * @param engineWhy why it is this engine
     * @param urls the gateway's URL of a workload
     * @param cloneUrls where a workload's repository is cloned from
     */
    public WorkloadDetails(
            AppDetails apps,
            WasmEngine engine,
            String engineWhy,
            IdentitySource identities,
            MeshWorkloads mesh,
            GitRepositories repositories,
            Function<WorkloadRef, String> urls,
            Function<WorkloadRef, String> cloneUrls) {
        this.apps = apps;
        this.engine = engine;
        this.engineWhy = engineWhy;
        this.identities = identities;
        this.mesh = mesh;
        this.repositories = repositories;
        this.urls = urls;
        this.cloneUrls = cloneUrls;
    }

    /** Everything but the versions. */
    ObjectNode summary(AppState state) {
        return summary(state, _ -> true);
    }

    /** Some of it: what is not asked for is not looked up. */
    ObjectNode summary(AppState state, Set<String> fields) {
        return summary(state, fields::contains).retain(fields);
    }

    private ObjectNode summary(AppState state, Predicate<String> wanted) {
        WorkloadRef workload = state.workload();
        ObjectNode json = JSON.objectNode();
        json.put("ref", Workloads.component(workload).toString());
        json.put("workload", workload.toString());
        SpiffeId id = workload.spiffeId(identities.trustDomain());
        json.put("spiffeId", id.toString());
        if (wanted.test("certificate")) {
            json.set("certificate", certificate(id));
        }
        json.put(
                "address",
                mesh.addressOf(workload)
                        .map(address -> address + ":" + MeshWorkloads.TARGET_PORT)
                        .orElse(null));
        json.putObject("engine")
                .put("name", engine.name())
                .put("version", engine.version())
                .put("why", engineWhy);
        json.put("url", urls.apply(workload));
        json.put("state", state.phase().name().toLowerCase(Locale.ROOT));
        json.put("activity", activity(state));
        json.put("deployingSince", apps.deployingSince(workload));
        json.put("health", Facts.health(state));
        json.put("reason", Facts.reason(state));
        ArrayNode triggers = json.putArray("triggers");
        state.triggers()
                .forEach(trigger -> triggers.addObject()
                        .put("kind", trigger.kind())
                        .put("route", trigger.route())
                        .put("executor", trigger.executor()));
        json.set("limits", apps.limits(state.limits()));
        if (wanted.test("figures")) {
            json.set("figures", apps.figures(state));
        }
        if (wanted.test("git")) {
            git(json, workload);
        }
        return json;
    }

    /** {@code null} for an app that does not serve. */
    static @Nullable String activity(AppState state) {
        return state.phase() == AppState.Phase.SERVING ? state.idle() ? "idle" : "running" : null;
    }

    /** With the versions, newest first. */
    ObjectNode whole(AppState state) {
        ObjectNode json = summary(state);
        List<AppVersion> earlier = state.earlier();
        ArrayNode versions = json.putArray("versions");
        for (AppVersion version : state.versions()) {
            Digest digest = version.digest();
            versions.addObject()
                    .put("number", version.number())
                    .put("digest", digest == null ? null : digest.toString())
                    .put("commit", version.info().commit())
                    .put("deployedAt", version.info().at().toString())
                    .put("deployedBy", version.info().deployedBy())
                    .put("how", version.info().how())
                    .put("state", version.state().id())
                    .put("error", version.error())
                    .put("rollback", earlier.contains(version));
        }
        return json;
    }

    private ObjectNode certificate(SpiffeId id) {
        WorkloadIdentity identity = identities.identity(id);
        Instant from = identity.leaf().getNotBefore().toInstant();
        Instant to = identity.leaf().getNotAfter().toInstant();
        ObjectNode json = JSON.objectNode();
        json.put("serial", identity.leaf().getSerialNumber().toString(16));
        json.put("notBefore", from.toString());
        json.put("notAfter", to.toString());
        json.put("renewsAt", from.plus(Duration.between(from, to).dividedBy(2)).toString());
        return json;
    }

    private void git(ObjectNode json, WorkloadRef workload) {
        Optional<GitRepository> repository;
        try {
            repository = repositories.find(workload.namespace(), workload.name());
        } catch (Problem noRepositoryName) {
            repository = Optional.empty();
        }
        if (repository.isEmpty()) {
            json.putNull("git");
            return;
        }
        String branch = repository.get().defaultBranch();
        json.putObject("git")
                .put("cloneUrl", cloneUrls.apply(workload))
                .put("branch", branch)
                .put("head", repository.get().head(branch).orElse(null));
    }
}
