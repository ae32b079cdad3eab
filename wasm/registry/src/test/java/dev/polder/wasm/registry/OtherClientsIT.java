package dev.polder.wasm.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.polder.kernel.model.Digest;
import dev.polder.kernel.store.Store;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What we push other clients read, and what they push we read: skopeo, and oras where it is installed. */
class OtherClientsIT {

    @TempDir
    Path folder;

    private RegistryProcess server;
    private Store store;
    private Registry registry;

    @BeforeEach
    void start() throws Exception {
        server = RegistryProcess.start(Files.createDirectory(folder.resolve("server")));
        store = Store.open(folder.resolve("store"));
        registry = Registry.open(RegistryOptions.DEFAULT, store.blobs());
    }

    @AfterEach
    void stop() throws Exception {
        if (store != null) {
            registry.close();
            store.close();
        }
        if (server != null) {
            server.close();
        }
    }

    private Reference reference(String rest) {
        return Reference.parse(server.host() + "/" + rest);
    }

    private static String program(String name, String how) {
        String path = Stream.concat(
                        Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator)),
                        Stream.of("/usr/bin", "/usr/local/bin"))
                .map(folder -> folder + "/" + name)
                .filter(file -> new File(file).canExecute())
                .findFirst()
                .orElse("");
        assumeTrue(!path.isEmpty(), name + " is not installed: " + how);
        return path;
    }

    private String run(String... command) throws Exception {
        Process process = new ProcessBuilder(new ArrayList<>(List.of(command)))
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        process.getOutputStream().close();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as("%s: %s", List.of(command), out).isZero();
        return out;
    }

    @Test
    void skopeoCopiesBothLayouts() throws Exception {
        String skopeo = program("skopeo", "apt install skopeo");
        Path wasm = Files.write(folder.resolve("a.wasm"), Samples.component("a:b/c", "d:e/f"));
        PushedApp component = registry.push(AppSource.component(wasm), reference("component:1"), PushOptions.DEFAULT);
        PushedApp app = registry.push(
                new AppSource.Spin(Samples.app(folder)), reference("spin:1"), PushOptions.DEFAULT.withForceBundles());
        for (PushedApp pushed : List.of(component, app)) {
            String from = "docker://" + pushed.reference().registry() + "/"
                    + pushed.reference().repository();
            String manifest = run(skopeo, "inspect", "--tls-verify=false", "--raw", from + ":1");
            assertThat(Digest.of(manifest.getBytes(StandardCharsets.UTF_8))).isEqualTo(pushed.manifest());
            run(
                    skopeo,
                    "--insecure-policy",
                    "copy",
                    "--preserve-digests",
                    "--src-tls-verify=false",
                    "--dest-tls-verify=false",
                    from + ":1",
                    from + "-copy:2");
            Reference copy = reference(pushed.reference().repository() + "-copy:2");
            assertThat(registry.pull(copy, PullOptions.DEFAULT).manifest()).isEqualTo(pushed.manifest());
        }
    }

    @Test
    void orasPullsOursAndPushesWhatWeRead() throws Exception {
        String oras = program("oras", "go install oras.land/oras/cmd/oras@v1.3.6");
        Path wasm = Files.write(folder.resolve("a.wasm"), Samples.component("a:b/c", "d:e/f"));
        PushedApp pushed = registry.push(AppSource.component(wasm), reference("ours:1"), PushOptions.DEFAULT);
        assertThat(run(oras, "resolve", "--plain-http", server.host() + "/ours:1")
                        .strip())
                .isEqualTo(pushed.manifest().toString());
        run(oras, "cp", "--from-plain-http", "--to-plain-http", server.host() + "/ours:1", server.host() + "/copy:1");
        assertThat(registry.pull(reference("copy:1"), PullOptions.DEFAULT).manifest())
                .isEqualTo(pushed.manifest());

        run(
                oras,
                "push",
                "--plain-http",
                "--artifact-type",
                "application/wasm",
                server.host() + "/theirs:1",
                "a.wasm:application/wasm");
        PulledApp.Component theirs = (PulledApp.Component) registry.pull(reference("theirs:1"), PullOptions.DEFAULT);
        assertThat(store.blobs().read(theirs.wasm())).isEqualTo(Files.readAllBytes(wasm));
        assertThat(theirs.config()).isNull();
    }
}
