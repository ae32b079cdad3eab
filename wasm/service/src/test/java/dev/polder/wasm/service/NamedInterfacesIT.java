package dev.polder.wasm.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polder.kernel.model.Problem;
import dev.polder.kernel.model.Resource;
import dev.polder.kernel.model.ResourceCodec;
import dev.polder.kernel.model.YamlReader;
import dev.polder.wasm.capability.MessageBroker;
import dev.polder.wasm.engine.EngineChoice;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A component that imports one interface by several names, each of which is an entry of its workload. */
class NamedInterfacesIT {

    private static final String WORKLOAD = """
            apiVersion: runtime.wasmcloud.dev/v1alpha1
            kind: WorkloadDeployment
            metadata: {name: named}
            spec:
              template:
                spec:
                  components: [{name: both, image: "r.example/both:1"}]
                  hostInterfaces:
                    - {namespace: wasi, package: blobstore, interfaces: [blobstore], name: photos, config: {buckets: box}}
                    - {namespace: wasi, package: blobstore, interfaces: [blobstore], name: docs, config: {buckets: box}}
                    - namespace: wasmcloud
                      package: messaging
                      interfaces: [consumer, handler]
                      name: orders
                      config: {subscriptions: "orders.*", address: "nats://one.example:4222"}
                    - {namespace: wasmcloud, package: messaging, interfaces: [consumer], name: audit}
            """;

    /** Says to which broker a message went. */
    private record Recording(String address, Queue<String> to) implements MessageBroker {
        @Override
        public void publish(Message message) {
            to.add(address + " " + message.subject());
        }

        @Override
        public List<Message> request(Message message, Duration timeout, int replies) {
            throw Problem.internal("nobody asks", null);
        }
    }

    private static void deploy(Harness harness, String text) throws IOException {
        Resource workload = ResourceCodec.decode(
                YamlReader.read("w.yaml", text.getBytes(StandardCharsets.UTF_8)).getFirst(), "default");
        try (InputStream in = NamedInterfacesIT.class.getResourceAsStream("named.wasm")) {
            harness.apps.deploy(
                    Harness.workload("named"),
                    BuiltApp.ofWasmcloud(workload, List.of(BuiltApp.Component.of("both", in.readAllBytes()))),
                    Harness.info("0123456789"));
        }
    }

    private static void deliver(Harness harness) {
        MessageBroker.Message message =
                new MessageBroker.Message("orders.new", new byte[0], Optional.empty(), List.of());
        SpinTrigger.Event trigger =
                harness.apps.eventTriggers(Harness.workload("named")).getFirst();
        harness.apps
                .deliver(Harness.workload("named"), trigger.id(), new AppEvent(message, Instant.EPOCH), new AppCall())
                .toCompletableFuture()
                .orTimeout(30, TimeUnit.SECONDS)
                .join();
    }

    @Test
    void eachNameIsABackEndOfItsOwn(@TempDir Path folder) throws IOException {
        Queue<String> sent = new ConcurrentLinkedQueue<>();
        try (Harness harness =
                new Harness(EngineChoice.WASMTIME, folder, (_, address) -> new Recording(address, sent))) {
            deploy(harness, WORKLOAD);
            deliver(harness);
            assertThat(sent).containsExactly("nats://one.example:4222 box", " box");
            // What was made is there, and by the same name for both.
            assertThatThrownBy(() -> deliver(harness)).hasMessageContaining("photos_box");

            assertThatThrownBy(() ->
                            deploy(harness, WORKLOAD.replace("name: docs, config: {buckets: box}", "name: other")))
                    .hasMessageContaining("it imports wasi:blobstore named \"docs\", undeclared");
            deploy(harness, WORKLOAD.replace("photos, config: {buckets: box}", "photos, config: {buckets: none}"));
            assertThatThrownBy(() -> deliver(harness)).hasMessageContaining("container \"box\": not granted");
        }
    }
}
