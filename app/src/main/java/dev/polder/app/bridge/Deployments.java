package dev.polder.app.bridge;

import dev.polder.evidence.sbom.Release;
import dev.polder.evidence.sbom.ReleaseInput;
import dev.polder.evidence.sbom.Releases;
import dev.polder.kernel.model.Problem;
import dev.polder.kernel.model.ResourceKey;
import dev.polder.kernel.model.WorkloadRef;
import dev.polder.kernel.store.Store;
import dev.polder.wasm.service.AppBuilder;
import dev.polder.wasm.service.AppState;
import dev.polder.wasm.service.BuildRequest;
import dev.polder.wasm.service.BuiltApp;
import dev.polder.wasm.service.DeployInfo;
import dev.polder.wasm.service.LogLine;
import dev.polder.wasm.service.WasmApps;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a deploy means: a version that serves (Wasm), an identity and a route (mesh), a release with its SBOM (evidence).
 *
 * <p>Methods block and are safe for any thread; two deploys of one workload take turns.
 */
public final class Deployments {

    private final AppBuilder builder;
    private final Duration buildTime;
    private final WasmApps apps;
    private final MeshWorkloads mesh;
    private final Releases releases;
    private final Store store;
    private final Function<WorkloadRef, String> urls;
    private final Clock clock;

    public Deployments(
            AppBuilder builder,
            WasmApps apps,
            MeshWorkloads mesh,
            Releases releases,
            Store store,
            Function<WorkloadRef, String> urls,
            Duration buildTime,
            Clock clock) {
        this.builder = builder;
        this.buildTime = buildTime;
        this.apps = apps;
        this.mesh = mesh;
        this.releases = releases;
        this.store = store;
        this.urls = urls;
        this.clock = clock;
    }

    /**
     * What came of a deploy.
     *
     * @param url where the gateway serves it
     */
    public record Deployed(AppState state, Release release, String url) {}

    /**
     * Builds a source folder.
     *
     * @param profile as in {@link BuildRequest}
     * @param output gets the compiler's lines as they come
     * @throws Problem in the compiler's own words
     */
    public BuiltApp build(Path sources, @Nullable String profile, Consumer<String> output, BooleanSupplier cancelled) {
        return builder.build(new BuildRequest(sources, buildTime, output, cancelled, profile, false));
    }

    /** Takes an app that is built; no command runs. */
    public BuiltApp collect(Path folder, Consumer<String> output) {
        return builder.collect(new BuildRequest(folder, buildTime, output, () -> false));
    }

    /**
     * Deploys what was built. The SBOM is made first: what cannot be proven does not serve. When anything fails, the
     * version before serves on and no release is left behind.
     */
    public Deployed deploy(WorkloadRef workload, BuiltApp built, DeployInfo info, Consumer<String> output) {
        Release release;
        try {
            built.components().forEach(component -> store.blobs().put(component.wasm()));
            release = releases.create(new ReleaseInput(
                    Workloads.component(workload),
                    workload,
                    built.components().stream()
                            .map(component -> new ReleaseInput.Module(component.id(), component.digest()))
                            .toList(),
                    info.commit(),
                    built.language().id(),
                    built.sourceDir()));
        } catch (Problem e) {
            apps.recordFailure(workload, info, e);
            throw e;
        }
        output.accept("SBOM: " + release.components() + " components, " + release.sbom());
        AppState state;
        try {
            state = apps.deploy(workload, built, info, new CompileWords(output));
        } catch (Problem e) {
            store.resources()
                    .delete(
                            new ResourceKey(
                                    "polder.dev", "Release", release.ref().namespace(), release.name()),
                            0);
            throw e;
        }
        mesh.serve(workload);
        output.accept("Serving " + built.digest().shortForm() + " at " + urls.apply(workload));
        return new Deployed(state, release, urls.apply(workload));
    }

    /** Fills the stores of an app; as {@link WasmApps#fill}. */
    public void fill(WorkloadRef workload, Map<String, String> keyValues, List<String> scripts) {
        apps.fill(workload, keyValues, scripts);
    }

    /** Remembers that a version could not be built; what serves goes on. */
    public void failed(WorkloadRef workload, DeployInfo info, Problem failure) {
        apps.recordFailure(workload, info, failure);
    }

    /**
     * Who deploys what, how, at this moment.
     *
     * @param how as in {@link DeployInfo}
     */
    public DeployInfo now(String how, String commit, String by) {
        return new DeployInfo(commit, by, clock.instant(), how);
    }

    /**
     * Serves an earlier version again; its release, with its SBOM, is there since it was deployed.
     *
     * @param to the number of the version, or 0 for the one before
     * @throws Problem as {@link WasmApps#rollBack}
     */
    public AppState rollBack(WorkloadRef workload, int to, String by) {
        AppState state = apps.rollBack(workload, to, by);
        mesh.serve(workload);
        return state;
    }

    /** Stops a workload and takes it out of the mesh; its releases stay. Tells whether it was there. */
    public boolean undeploy(WorkloadRef workload) {
        boolean there = apps.undeploy(workload);
        mesh.withdraw(workload);
        return there;
    }

    /** A sink that also keeps the lines in the workload's log, where the portal shows them. */
    public Consumer<String> alsoLogged(WorkloadRef workload, Consumer<String> output) {
        return line -> {
            apps.log(workload).add(LogLine.Stream.BUILD, line);
            output.accept(line);
        };
    }
}
