package dev.polder.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.polder.app.config.PolderConfig;
import dev.polder.kernel.store.Store;
import dev.polder.wasm.registry.AppSource;
import dev.polder.wasm.registry.CredentialSource;
import dev.polder.wasm.registry.Credentials;
import dev.polder.wasm.registry.PushOptions;
import dev.polder.wasm.registry.PushedApp;
import dev.polder.wasm.registry.Reference;
import dev.polder.wasm.registry.Registry;
import dev.polder.wasm.registry.RegistryOptions;
import dev.polder.wasm.registry.RegistryProcess;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * wasmCloud's {@code WorkloadDeployment}, from {@code polder apply} to an answer at the gateway: the whole program, a real
 * registry that wants credentials, and two components by Rust's compiler; {@code guest/build} makes them.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 180, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class WasmcloudIT {

    private static final JsonMapper JSON = JsonMapper.shared();

    /** {@code htpasswd -nbB polder secret} */
    private static final String HTPASSWD = "polder:$2y$05$26ED3oaQezjB5vAmveZMROeYK8zfRCB8feYnM15.Cnm2Lzc48Egtm\n";

    private static final String CONFIG = """
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: words}
            data: {GREETING: from the map, OTHER: x}
            ---
            apiVersion: v1
            kind: Secret
            metadata: {name: password}
            stringData: {PASSWORD: pass/word}
            """;

    private static final String CREDENTIALS = """
            apiVersion: v1
            kind: Secret
            metadata: {name: %s}
            type: kubernetes.io/dockerconfigjson
            data:
              .dockerconfigjson: %s
            """;

    private final HttpClient client = HttpClient.newHttpClient();
    private @Nullable RegistryProcess registry;
    private @Nullable PolderConfig config;
    private @Nullable Composition polder;
    private String host = "";
    private String digest = "";
    private String token = "";
    private String data = "";
    private int gateway;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        startRegistry(Files.createDirectory(folder.resolve("registry")));
        push(folder);
        int ports = FreePorts.first();
        config = PolderConfig.read(
                null,
                Map.of(),
                Map.of(
                        "dataDir", folder.resolve("polder").toString(),
                        "portsFrom", ports,
                        "wasm.sources.networks", List.of("127.0.0.0/8")));
        polder = Composition.start(config);
        token = polder.adminToken().orElseThrow();
        data = folder.resolve("polder").toString();
        gateway = ports + 1;
    }

    @AfterAll
    void stop() throws Exception {
        if (polder != null) {
            polder.close();
        }
        if (registry != null) {
            registry.close();
        }
    }

    private void startRegistry(Path folder) throws IOException {
        Path passwords = Files.writeString(folder.resolve("htpasswd"), HTPASSWD);
        registry = RegistryProcess.start(folder, "", "auth: {htpasswd: {realm: test, path: %s}}".formatted(passwords));
        host = registry.host();
    }

    private void push(Path folder) throws IOException {
        RegistryOptions options = RegistryOptions.DEFAULT.withCredentials(
                CredentialSource.of(host, new Credentials.Basic("polder", "secret"), CredentialSource.anonymous()));
        try (Store store = Store.open(folder.resolve("pusher"));
                Registry to = Registry.open(options, store.blobs())) {
            digest = push(to, folder, "workload.wasm", "hello").manifest().toString();
            push(to, folder, "service.wasm", "counter");
        }
    }

    private PushedApp push(Registry to, Path folder, String resource, String name) throws IOException {
        Path file = folder.resolve(resource);
        try (InputStream in = Objects.requireNonNull(WasmcloudIT.class.getResourceAsStream("wasmcloud/" + resource))) {
            Files.copy(in, file);
        }
        return to.push(AppSource.component(file), Reference.parse(host + "/acme/" + name + ":1"), PushOptions.DEFAULT);
    }

    private String credentials() {
        String json = "{\"auths\":{\"" + host + "\":{\"username\":\"polder\",\"password\":\"secret\"}}}";
        return Base64.getEncoder().encodeToString(json.getBytes(StandardCharsets.UTF_8));
    }

    private HttpResponse<String> api(String method, String path, String body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + (gateway - 1) + "/api/polder" + path))
                .header("authorization", "Bearer " + token)
                .header("content-type", "application/yaml")
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build();
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private void apply(String yaml) throws Exception {
        HttpResponse<String> response = api("POST", "/apply?source=workload.yaml", yaml);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    }

    private JsonNode condition(String name, String type) throws Exception {
        JsonNode read = JSON.readTree(
                api("GET", "/resources/workloaddeployments/default/" + name, "").body());
        return read.path("status")
                .path("conditions")
                .valueStream()
                .filter(condition -> condition.path("type").asString("").equals(type)
                        && condition.path("observedGeneration").asLong()
                                == read.path("metadata").path("generation").asLong())
                .findFirst()
                .orElse(JSON.createObjectNode());
    }

    private void awaitCondition(String name, String type, String status) {
        Awaitility.await()
                .atMost(60, TimeUnit.SECONDS)
                .untilAsserted(
                        () -> assertThat(condition(name, type).path("status").asString(""))
                                .as("%s of %s: %s", type, name, condition(name, type))
                                .isEqualTo(status));
    }

    /** What the gateway answers for a host; a plain socket, since the JDK's client does not let one choose the Host. */
    private String get(String authority, String path) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), gateway)) {
            socket.getOutputStream()
                    .write(("GET " + path + " HTTP/1.1\r\nHost: " + authority + "\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void runsAComponentWithItsServiceConfigSecretsAndVolumes() throws Exception {
        apply("""
                apiVersion: runtime.wasmcloud.dev/v1alpha1
                kind: WorkloadDeployment
                metadata: {name: hello}
                spec:
                  replicas: 1
                  template:
                    spec:
                      hostSelector: {hostgroup: default}
                      components:
                        - name: hello-world
                          image: %1$s/acme/hello@%2$s
                          imagePullSecret: {name: registry}
                          imagePullPolicy: IfNotPresent
                          localResources:
                            environment:
                              configFrom: [{name: words}]
                              secretFrom: [{name: password}]
                            config: {level: debug}
                            volumeMounts: [{name: scratch, mountPath: /shared}]
                            allowedHosts: [example.org]
                            memoryLimitMb: 32
                      hostInterfaces:
                        - namespace: wasi
                          package: http
                          interfaces: [incoming-handler]
                          config:
                            host: hello.example.com
                            host-aliases: hello.example.net,other.example.net
                            path: /shop
                        - {namespace: wasi, package: config, interfaces: [store], config: {level: info}}
                        - {namespace: wasi, package: keyvalue, version: 0.2.0-draft2, interfaces: [store]}
                        - {namespace: wasi, package: logging, version: 0.1.0-draft, interfaces: [logging]}
                        - {namespace: wasi, package: blobstore, interfaces: [blobstore], config: {buckets: photos}}
                        - namespace: wasmcloud
                          package: messaging
                          version: 0.2.0
                          interfaces: [handler, consumer]
                          config: {subscriptions: "orders.*"}
                      service:
                        image: %1$s/acme/counter:1
                        imagePullSecret: {name: registry}
                        maxRestarts: 2
                        localResources:
                          environment: {config: {NAME: counter}}
                          volumeMounts: [{name: scratch, mountPath: /data}]
                      volumes:
                        - name: scratch
                          ephemeral: {}
                """.formatted(host, digest));

        // The config is not there yet, and said so; nor are the credentials.
        awaitCondition("hello", "Artifact", "False");
        assertThat(condition("hello", "Artifact").path("message").asString())
                .startsWith("spec.template.spec.components[0].image: imagePullSecret: no Secret default/registry");
        apply(CREDENTIALS.formatted("registry", credentials()));
        awaitCondition("hello", "Config", "False");
        assertThat(condition("hello", "Config").path("message").asString())
                .contains("environment.configFrom: no ConfigMap default/words")
                .contains("environment.secretFrom: no Secret default/password");
        apply(CONFIG);
        awaitCondition("hello", "Ready", "True");

        Awaitility.await()
                .atMost(30, TimeUnit.SECONDS)
                .untilAsserted(
                        () -> assertThat(get("hello.default.localhost", "/hi")).contains("service: counter start 1"));
        assertThat(get("hello.example.net", "/shop/x"))
                .startsWith("HTTP/1.1 200")
                .contains("path: /shop/x")
                .contains("greeting: from the map")
                .contains("password: pass/word")
                .contains("visits: 2 kept")
                .contains("service: counter start 1")
                .contains("lookup: refused") // in allowedHosts, but not in allowedIpNameLookups
                .containsPattern("elsewhere: (permission denied|connection refused)")
                .contains("level: debug") // the component's own config goes before that of the interface
                .contains("photos: false")
                .contains("others: refused")
                .contains("served: 1");
        assertThat(get("hello.example.net", "/shop/grow")).contains("grown: false"); // memoryLimitMb
        assertThat(get("hello.example.net", "/shop/publish")).contains("published: yes");
        Awaitility.await()
                .atMost(30, TimeUnit.SECONDS)
                .untilAsserted(
                        () -> assertThat(get("hello.example.net", "/shop")).contains("last: orders.new a hat"));
        assertThat(polder("get", "workloaddeployments")).containsPattern("default +hello +Ready ");
        assertThat(polder("logs", "hello")).contains("INFO workload: asked for /shop/x");
        assertThat(get("hello.example.net", "/elsewhere")).startsWith("HTTP/1.1 404");

        // It ends when asked to, and is started again.
        assertThat(get("hello.example.com", "/shop/end")).contains("service: counter start 1");
        Awaitility.await()
                .atMost(30, TimeUnit.SECONDS)
                .untilAsserted(
                        () -> assertThat(get("hello.example.com", "/shop")).contains("service: counter start 2"));

        // What is changed holds at once; what cannot be deployed leaves the version before.
        apply(CONFIG.replace("from the map", "from the changed map").replace("pass/word", "other/word"));
        Awaitility.await()
                .atMost(30, TimeUnit.SECONDS)
                .untilAsserted(() -> assertThat(get("hello.example.net", "/shop"))
                        .contains("greeting: from the changed map")
                        .contains("password: other/word"));
        polder("delete", "configmap", "words");
        awaitCondition("hello", "Config", "False");
        assertThat(get("hello.example.net", "/shop")).contains("greeting: from the changed map");
        apply(CONFIG);
        awaitCondition("hello", "Ready", "True");
        assertThat(get("hello.example.net", "/shop")).contains("greeting: from the map");

        // It comes back with Polder: what it kept is there, what was ephemeral is not.
        restart();
        Awaitility.await()
                .atMost(30, TimeUnit.SECONDS)
                .untilAsserted(() -> assertThat(get("hello.example.com", "/shop"))
                        .contains("service: counter start 1")
                        .contains("last: orders.new a hat")
                        .contains("password: pass/word"));

        // A Secret's values are in no answer, and what was read cannot be applied.
        String shown = api("GET", "/resources/secrets/default/password", "").body();
        assertThat(shown).contains("PASSWORD").doesNotContain("pass/word").doesNotContain("cGFzcy93b3Jk");
        assertThat(api("GET", "/resources/wasmapps", "").body())
                .contains("hello")
                .doesNotContain("pass/word");
        assertThat(api("POST", "/apply", shown).statusCode()).isEqualTo(400);

        polder("delete", "workloaddeployment", "hello");
        Awaitility.await()
                .atMost(30, TimeUnit.SECONDS)
                .untilAsserted(
                        () -> assertThat(get("hello.example.com", "/shop")).startsWith("HTTP/1.1 404"));
        assertThat(api("GET", "/resources/wasmapps", "").body()).doesNotContain("hello");
        assertThat(Path.of(data, "apps/default/hello/volumes")).doesNotExist();
    }

    private void restart() {
        Objects.requireNonNull(polder).close();
        polder = Composition.start(Objects.requireNonNull(config));
    }

    private String polder(String... arguments) {
        StringWriter said = new StringWriter();
        PrintWriter out = new PrintWriter(said, true);
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--data", data));
        assertThat(Polder.commandLine().setOut(out).setErr(out).execute(all.toArray(String[]::new)))
                .as(said.toString())
                .isZero();
        return said.toString();
    }

    @Test
    void keepsInstancesWarmStopsAtNoReplicasAndSaysWhatIsUndeclared() throws Exception {
        apply(CREDENTIALS.formatted("warm", credentials()));
        String workload = """
                apiVersion: runtime.wasmcloud.dev/v1alpha1
                kind: WorkloadDeployment
                metadata: {name: warm}
                spec:
                  replicas: %d
                  template:
                    spec:
                      components:
                        - name: warm
                          image: %s/acme/hello:1
                          imagePullSecret: {name: warm}
                          poolSize: 2
                          maxInvocations: 3
                      hostInterfaces:
                        - {namespace: wasi, package: http, interfaces: [incoming-handler]}
                        - {namespace: wasi, package: config, interfaces: [store]}
                        - {namespace: wasi, package: keyvalue, interfaces: [store]}
                        - {namespace: wasi, package: logging, interfaces: [logging]}
                        - {namespace: wasi, package: blobstore, interfaces: [blobstore]}
                """;
        apply(workload.formatted(1, host));
        awaitCondition("warm", "Ready", "False");
        assertThat(condition("warm", "Ready").path("message").asString())
                .contains("component warm")
                .contains("it imports wasmcloud:messaging, undeclared (expected: an entry for each in"
                        + " spec.template.spec.hostInterfaces)");
        assertThat(polder("get", "workloaddeployment", "warm")).contains("Ready=False (Invalid)");

        String declared = workload + "        - {namespace: wasmcloud, package: messaging, interfaces: [consumer]}\n";
        apply(declared.formatted(1, host));
        awaitCondition("warm", "Ready", "True");
        Awaitility.await()
                .atMost(30, TimeUnit.SECONDS)
                .untilAsserted(
                        () -> assertThat(get("warm.default.localhost", "/")).contains("served: 2"));
        assertThat(get("warm.default.localhost", "/grow")).contains("served: 3").contains("grown: true");
        assertThat(get("warm.default.localhost", "/")).contains("served: 1").contains("others: false");

        apply(declared.formatted(0, host));
        awaitCondition("warm", "Ready", "True");
        assertThat(get("warm.default.localhost", "/")).startsWith("HTTP/1.1 503");
        assertThat(polder("get", "workloaddeployment", "warm", "-o", "yaml"))
                .contains("reason: Stopped")
                .containsPattern("expected: 0\\s+current: 0");
        apply(declared.formatted(1, host));
        awaitCondition("warm", "Ready", "True");
        assertThat(get("warm.default.localhost", "/")).contains("served: 1");
    }

    @Test
    void aServiceAloneRunsUntilItsWorkloadIsDeleted() throws Exception {
        apply(CREDENTIALS.formatted("alone", credentials()));
        apply("""
                apiVersion: runtime.wasmcloud.dev/v1alpha1
                kind: WorkloadDeployment
                metadata: {name: alone}
                spec:
                  artifacts: [{name: built, artifactFrom: {name: counter-1}}]
                  template:
                    spec:
                      service:
                        image: artifact://built
                        maxRestarts: 0
                        localResources:
                          volumeMounts: [{name: scratch, mountPath: /data}]
                      volumes: [{name: scratch, ephemeral: {}}]
                """);
        awaitCondition("alone", "Artifact", "False");
        assertThat(condition("alone", "Artifact").path("message").asString())
                .contains("service.image: no Artifact.runtime.wasmcloud.dev default/counter-1");
        apply("""
                apiVersion: runtime.wasmcloud.dev/v1alpha1
                kind: Artifact
                metadata: {name: counter-1}
                spec: {image: "%s/acme/counter:1", imagePullSecret: {name: alone}}
                """.formatted(host));
        awaitCondition("alone", "Ready", "True");
        Awaitility.await()
                .atMost(30, TimeUnit.SECONDS)
                .untilAsserted(() -> assertThat(polder("logs", "alone")).contains("listens at 127.0.0.1:7000"));
        assertThat(runningServices()).contains("service of workload default/alone (component service)");

        polder("delete", "workloaddeployment", "alone");
        Awaitility.await()
                .atMost(30, TimeUnit.SECONDS)
                .untilAsserted(() -> assertThat(runningServices()).doesNotContain("default/alone"));
    }

    private static String runningServices() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("service of "))
                .collect(Collectors.joining("; "));
    }

    @Test
    void refusesWhatItDoesNotHaveWithItsLine() throws Exception {
        HttpResponse<String> refused = api("POST", "/apply?source=w.yaml", """
                apiVersion: runtime.wasmcloud.dev/v1alpha1
                kind: WorkloadDeployment
                metadata: {name: wrong}
                spec:
                  replicas: two
                  template:
                    spec:
                      components:
                        - name: a
                          image: registry.example/a:1
                          localResources:
                            allowedHosts: ["*foo", "localhost:80"]
                            volumeMounts: [{name: none, mountPath: relative}]
                        - {name: a, image: registry.example/b:1, colour: red}
                      volumes: [{name: v, hostPath: {path: /etc}}]
                      hostInterfaces:
                        - {namespace: wasi, package: webgpu, interfaces: [webgpu]}
                        - {namespace: wasi, package: keyvalue, interfaces: [store], config: {bucket: x}}
                        - {namespace: wasi, package: http, interfaces: [incoming-handler], version: 0.3.0, config: {host: "a:8"}}
                """);
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(JSON.readTree(refused.body()).path("detail").asString())
                .contains("w.yaml:5:")
                .contains("\"two\" (expected: a whole number")
                .contains("w.yaml:12:")
                .contains("\"*foo\" (expected: text of the form")
                .contains("the workload's own machine")
                .contains("no volume \"none\"")
                .contains("\"a\" stands twice")
                .contains("unknown (expected one of: name, image,")
                .contains("folders of the host are not granted")
                .contains(
                        "wasi:webgpu is not there (expected one of: wasi:http, wasi:keyvalue, wasi:config, wasi:logging")
                .contains("unknown for wasi:keyvalue")
                .contains("\"0.3.0\" (expected: 0.2.x)")
                .contains("\"a:8\" (expected: a host name without port)");
    }
}
