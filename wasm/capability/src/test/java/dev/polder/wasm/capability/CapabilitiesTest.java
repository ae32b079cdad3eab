package dev.polder.wasm.capability;

import static dev.polder.wasm.capability.Results.err;
import static dev.polder.wasm.capability.Results.ok;
import static dev.polder.wasm.capability.Results.outbound;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.component.HostInterface;
import dev.polder.wasm.component.HostResource;
import dev.polder.wasm.component.Wit;
import dev.polder.wasm.wasi.p2.io.GuestIo;
import dev.polder.wasm.wasi.p2.sockets.NameResolver;
import dev.polder.wasm.wasi.p2.sockets.NetworkRules;
import dev.polder.wasm.wasi.p2.sockets.OutboundPolicy;
import java.io.IOException;
import java.lang.reflect.Method;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CapabilitiesTest {

    @TempDir
    Path folder;

    private final List<String> log = new ArrayList<>();

    private Capabilities capabilities() {
        return new Capabilities(
                KeyValueStores.in(folder, KeyValueLimits.DEFAULT, Map.of()),
                Set.of("default"),
                new SqliteDatabases(folder.resolve("sqlite"), SqliteLimits.DEFAULT),
                Set.of("default"),
                BlobStores.in(folder.resolve("blobs"), BlobLimits.DEFAULT, Map.of()),
                Set.of("photos"),
                Map.of("api_url", () -> "https://api.example.com", "b", () -> "2"),
                outbound(),
                (level, context, message) -> log.add(level + " " + context + ": " + message),
                MessageBroker.NONE);
    }

    @Test
    void everyInterfaceHasItsObject() {
        Capabilities.Instance instance = capabilities().instance(new GuestIo(10));
        for (HostInterface known : Capabilities.INTERFACES) {
            Object service = instance.service(known.functions());
            assertThat(service).isInstanceOf(known.functions());
            assertThat((Object) instance.service(known.functions())).isSameAs(service);
        }
        assertThat(instance.find(String.class)).isEmpty();
        assertThatThrownBy(() -> instance.service(String.class)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void anInstanceClosesWhatItsGuestLeftOpen() {
        Capabilities capabilities = capabilities();
        SpinSqlite3.Connection left;
        try (Capabilities.Instance instance = capabilities.instance(new GuestIo(10))) {
            left = ok(instance.service(SpinSqlite3.class).open("default"));
            ok(left.execute("CREATE TABLE t (x)", List.of()));
            ok(left.execute("BEGIN IMMEDIATE", List.of()));
        }
        assertThat(err(left.execute("SELECT 1", List.of()))).isEqualTo(new SqliteValue.Failure.InvalidConnection());
        try (Capabilities.Instance other = capabilities.instance(new GuestIo(10))) {
            ok(ok(other.service(SpinSqlite.class).open("default")).execute("INSERT INTO t VALUES (1)", List.of()));
        }
    }

    @Test
    void variablesConfigurationAndLogging() {
        Capabilities.Instance instance = capabilities().instance(new GuestIo(10));
        SpinVariables variables = instance.service(SpinVariables.class);
        assertThat(ok(variables.get("api_url"))).isEqualTo("https://api.example.com");
        assertThat(err(variables.get("none"))).isInstanceOf(SpinVariables.Failure.Undefined.class);
        assertThat(err(variables.get("No-Name"))).isInstanceOf(SpinVariables.Failure.InvalidName.class);
        WasiConfigStore config = instance.service(WasiConfigStore.class);
        assertThat(ok(config.get("b"))).contains("2");
        assertThat(ok(config.get("None at all"))).isEmpty();
        assertThat(ok(config.getAll()))
                .containsExactly(
                        new WasiConfigStore.Setting("api_url", "https://api.example.com"),
                        new WasiConfigStore.Setting("b", "2"));
        instance.service(WasiLogging.class).log(WasiLogging.Level.WARN, "shop", "x".repeat(20_000));
        assertThat(log)
                .singleElement()
                .asString()
                .startsWith("WARN shop: xxx")
                .endsWith("…")
                .hasSize(16_384 + 12);
    }

    @Test
    void withNothingBehindThemTheInterfacesDenyAndKeepQuiet() throws IOException {
        try (Capabilities.Instance instance = capabilities().ungranted().instance(new GuestIo(10))) {
            assertThat(err(instance.service(SpinKeyValue.class).open("default")))
                    .isEqualTo(new SpinKeyValue.Failure.AccessDenied());
            assertThat(err(instance.service(SpinSqlite3.class).open("default")))
                    .isEqualTo(new SqliteValue.Failure.AccessDenied());
            assertThat(err(instance.service(SpinVariables.class).get("api_url")))
                    .isInstanceOf(SpinVariables.Failure.Undefined.class);
            assertThat(ok(instance.service(WasiConfigStore.class).getAll())).isEmpty();
            instance.service(WasiLogging.class).log(WasiLogging.Level.WARN, "shop", "hello");
        }
        assertThat(log).isEmpty();
        try (Stream<Path> files = Files.walk(folder)) {
            assertThat(files.filter(Files::isRegularFile)).isEmpty();
        }
    }

    /** The functions of the WIT files, so that none is forgotten or misspelt. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "fermyon:spin/key-value@2.0.0| [static]store.open store.get store.set store.delete store.exists store.get-keys",
                "fermyon:spin/sqlite@2.0.0| [static]connection.open connection.execute",
                "fermyon:spin/variables@2.0.0| get",
                "fermyon:spin/redis@2.0.0| [static]connection.open connection.publish connection.get connection.set"
                        + " connection.incr connection.del connection.sadd connection.smembers connection.srem connection.execute",
                "fermyon:spin/mqtt@2.0.0| [static]connection.open connection.publish",
                "fermyon:spin/postgres@2.0.0| [static]connection.open connection.query connection.execute",
                "fermyon:spin/mysql@2.0.0| [static]connection.open connection.query connection.execute",
                "fermyon:spin/rdbms-types@2.0.0| ''",
                "spin:postgres/postgres@3.0.0| [static]connection.open connection.query connection.execute",
                "spin:postgres/postgres@4.0.0| [static]connection.open connection.query connection.execute",
                "fermyon:spin/llm@2.0.0| infer generate-embeddings",
                "spin:sqlite/sqlite@3.0.0| [static]connection.open connection.execute connection.last-insert-rowid connection.changes",
                "wasi:keyvalue/store@0.2.0-draft2| open bucket.get bucket.set bucket.delete bucket.exists bucket.list-keys",
                "wasi:keyvalue/atomics@0.2.0-draft2| [static]cas.new cas.current increment swap",
                "wasi:keyvalue/batch@0.2.0-draft2| get-many set-many delete-many",
                "wasi:keyvalue/store@0.2.0-draft| open bucket.get bucket.set bucket.delete bucket.exists bucket.list-keys",
                "wasi:keyvalue/atomics@0.2.0-draft| increment",
                "wasi:keyvalue/batch@0.2.0-draft| get-many set-many delete-many",
                "wasi:config/store@0.2.0-draft-2024-09-27| get get-all",
                "wasi:config/store@0.2.0-rc.1| get get-all",
                "wasi:blobstore/blobstore@0.2.0-draft| create-container get-container delete-container container-exists copy-object move-object",
                "wasi:blobstore/container@0.2.0-draft| container.name container.info container.get-data container.write-data"
                        + " container.list-objects container.delete-object container.delete-objects container.has-object"
                        + " container.object-info container.clear stream-object-names.read-stream-object-names"
                        + " stream-object-names.skip-stream-object-names",
                "wasi:blobstore/types@0.2.0-draft| [static]outgoing-value.new-outgoing-value outgoing-value.outgoing-value-write-body"
                        + " [static]outgoing-value.finish [static]incoming-value.incoming-value-consume-sync"
                        + " [static]incoming-value.incoming-value-consume-async incoming-value.size",
                "wasi:logging/logging@0.1.0-draft| log",
                "wasmcloud:messaging/consumer@0.2.0| request publish",
                "wasi:messaging/types@0.2.0-draft| [static]client.connect client.disconnect [constructor]message"
                        + " message.topic message.content-type message.set-content-type message.data message.set-data"
                        + " message.metadata message.add-metadata message.set-metadata message.remove-metadata",
                "wasi:messaging/producer@0.2.0-draft| send",
                "wasi:messaging/request-reply@0.2.0-draft| [constructor]request-options request reply"
                        + " request-options.set-timeout-ms request-options.set-expected-replies",
            })
    void functionsAreThoseOfTheWit(String name, String functions) {
        HostInterface found = Capabilities.INTERFACES.stream()
                .filter(known -> (known.name() + "@" + known.version()).equals(name))
                .findFirst()
                .orElseThrow();
        Set<String> expected = new TreeSet<>(List.of(functions.strip().split(" ")));
        expected.remove("");

        Set<String> present = new TreeSet<>();
        annotated(found.functions()).forEach(method -> present.add(wit(method)));
        for (Map.Entry<String, Class<? extends HostResource>> resource :
                found.resources().entrySet()) {
            annotated(resource.getValue()).forEach(method -> present.add(resource.getKey() + "." + wit(method)));
        }

        assertThat(present).isEqualTo(expected);
        assertThat(Capabilities.INTERFACES).hasSize(28);
    }

    private static String wit(Method method) {
        return method.getAnnotation(Wit.class).value();
    }

    private static Stream<Method> annotated(Class<?> type) {
        return Stream.of(type.getMethods()).filter(method -> method.isAnnotationPresent(Wit.class));
    }

    @Test
    void aHostIsCheckedBeforeItIsLookedUp() {
        Outbound outbound = outbound(
                "redis://*.example.invalid:6379", "http://169.254.169.254", "http://*:81", "http://127.0.0.1:82");

        assertThatThrownBy(() -> outbound.resolve("redis", "other.invalid", 6379))
                .isInstanceOfSatisfying(Problem.class, problem -> {
                    assertThat(problem.code()).isEqualTo(Problem.Code.FORBIDDEN);
                    assertThat(problem.detail()).contains("redis://other.invalid:6379 is not allowed");
                });
        assertThatThrownBy(() -> outbound.resolve("redis", "a.example.invalid", -1))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.code()).isEqualTo(Problem.Code.UNAVAILABLE));
        assertThatThrownBy(() -> outbound.resolve("http", "169.254.169.254", 80))
                .hasMessageContaining("is in a blocked network");
        assertThatThrownBy(() -> outbound.resolve("http", "0.0.0.0", 81)).hasMessageContaining("blocked network");
        assertThatThrownBy(() -> outbound.resolve("http", "127.0.0.1", 81))
                .as("not named itself")
                .hasMessageContaining("leads to no address that may be connected to");
        assertThat(outbound.resolve("http", "127.0.0.1", 82).getFirst().getPort())
                .isEqualTo(82);
    }

    /** DNS rebinding: whoever owns a name that is allowed must not lead inside with it, at no time. */
    @Test
    void aNameIsLookedUpOnceAndLeadsNowhereInside() {
        List<InetAddress> answers = new ArrayList<>();
        List<String> asked = new ArrayList<>();
        NameResolver resolver = name -> {
            asked.add(name);
            return List.copyOf(answers);
        };
        OutboundPolicy policy =
                OutboundPolicy.of(List.of("redis://db.example", "postgres://*.example", "postgres://10.0.0.0/8"));
        Outbound outbound = new Outbound(policy, resolver, OutboundLimits.DEFAULT, Authorities.JAVA);
        InetAddress outside = InetAddress.ofLiteral("192.88.98.1");
        answers.addAll(List.of(InetAddress.ofLiteral("127.0.0.1"), InetAddress.ofLiteral("::ffff:10.1.2.3"), outside));

        assertThat(outbound.resolve("redis", "db.example", -1)).containsExactly(new InetSocketAddress(outside, 6379));
        assertThat(outbound.resolve("postgres", "db.example", -1))
                .as("a network that is named")
                .containsExactly(
                        new InetSocketAddress(InetAddress.ofLiteral("10.1.2.3"), 5432),
                        new InetSocketAddress(outside, 5432));
        answers.removeLast();
        assertThatThrownBy(() -> outbound.connect("redis", "db.example", -1, false))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.code()).isEqualTo(Problem.Code.FORBIDDEN));
        assertThat(asked).as("once for each connection").hasSize(3);
        assertThatThrownBy(() -> outbound.resolve("redis", "other.example", -1)).hasMessageContaining("is not allowed");
        assertThat(asked).as("a name that is not allowed is told to nobody").hasSize(3);
    }

    /** The same where the operator opened a network: a name leads into it, and into no other, whatever it answers next. */
    @Test
    void aNameLeadsIntoTheNetworksThatTheOperatorOpenedAndNoOthers() {
        List<InetAddress> answers = new ArrayList<>();
        OutboundPolicy policy = OutboundPolicy.of(List.of("redis://db.corp", "redis://10.9.0.0/16"))
                .under(NetworkRules.of(List.of("10.0.0.0/8"), List.of("10.9.0.0/16")));
        Outbound outbound = new Outbound(policy, _ -> List.copyOf(answers), OutboundLimits.DEFAULT, Authorities.JAVA);
        answers.add(InetAddress.ofLiteral("10.1.2.3"));
        assertThat(outbound.resolve("redis", "db.corp", -1))
                .containsExactly(new InetSocketAddress(InetAddress.ofLiteral("10.1.2.3"), 6379));
        for (String next : List.of("10.9.1.1", "127.0.0.1", "192.168.0.1", "169.254.169.254", "::ffff:10.9.1.1")) {
            answers.set(0, InetAddress.ofLiteral(next));
            assertThatThrownBy(() -> outbound.connect("redis", "db.corp", -1, false))
                    .as(next)
                    .isInstanceOfSatisfying(
                            Problem.class, problem -> assertThat(problem.code()).isEqualTo(Problem.Code.FORBIDDEN));
        }
        assertThatThrownBy(() -> outbound.resolve("redis", "10.9.1.1", -1))
                .as("named by the manifest, blocked by the operator")
                .hasMessageContaining("redis://10.9.1.1:6379 is in a blocked network");
    }

    @Test
    void placesForConnectionsAreSharedAndEachInstanceIsToldOfItsOwn() {
        Outbound outbound =
                new Outbound(OutboundPolicy.of(List.of()), OutboundLimits.DEFAULT.withConnections(1), Authorities.JAVA);
        List<String> told = new ArrayList<>();
        Outbound one = outbound.telling(limit -> told.add("one " + limit.id()));
        Outbound other = outbound.telling(limit -> told.add("other " + limit.id()));
        assertThat(one.take()).isTrue();
        assertThat(other.take()).isFalse();
        assertThat(told).containsExactly("other connections");
        one.giveBack();
        assertThat(other.take()).isTrue();
    }
}
