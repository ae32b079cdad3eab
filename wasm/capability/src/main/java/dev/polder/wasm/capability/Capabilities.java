package dev.polder.wasm.capability;

import dev.polder.wasm.component.HostInterface;
import dev.polder.wasm.component.HostServices;
import dev.polder.wasm.wasi.p2.io.GuestIo;
import dev.polder.wasm.wasi.p2.sockets.OutboundPolicy;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What one component is granted. Immutable and shared by its instances; {@link #instance} makes the objects of one of
 * them, which close what the guest left open.
 *
 * @param stores of the app
 * @param storeLabels the component's {@code key_value_stores}
 * @param databases of the app
 * @param databaseLabels the component's {@code sqlite_databases}
 * @param blobs of the app
 * @param containers names of containers of blobs, or {@link WasiBlobstore#ANY}
 * @param variables what {@link Variables#renderAll} made of the component's {@code variables}
 * @param outbound the component's way out
 * @param log where {@code wasi:logging} goes
 * @param messages the app's broker
 */
public record Capabilities(
        KeyValueStores stores,
        Set<String> storeLabels,
        SqliteDatabases databases,
        Set<String> databaseLabels,
        BlobStores blobs,
        Set<String> containers,
        Map<String, Supplier<String>> variables,
        Outbound outbound,
        WasiLogging.Sink log,
        MessageBroker messages) {

    /** All interfaces, granted or not: what was not granted answers with access denied. */
    public static final List<HostInterface> INTERFACES = List.of(
            SpinKeyValue.INTERFACE,
            WasiKeyValue.INTERFACE,
            WasiKeyValueAtomics.INTERFACE,
            WasiKeyValueBatch.INTERFACE,
            WasiKeyValueDraft.INTERFACES.get(0),
            WasiKeyValueDraft.INTERFACES.get(1),
            WasiKeyValueDraft.INTERFACES.get(2),
            SpinSqlite.INTERFACE,
            SpinSqlite3.INTERFACE,
            SpinVariables.INTERFACE,
            WasiConfigStore.INTERFACE,
            WasiConfigStore.CANDIDATE,
            WasiLogging.INTERFACE,
            SpinRedis.INTERFACE,
            SpinMqtt.INTERFACE,
            SpinRdbms.INTERFACE,
            SpinPostgres.INTERFACE,
            SpinPostgres3.INTERFACE,
            SpinPostgres4.INTERFACE,
            SpinMysql.INTERFACE,
            SpinLlm.INTERFACE,
            WasiBlobTypes.INTERFACE,
            WasiBlobContainer.INTERFACE,
            WasiBlobstore.INTERFACE,
            WasmcloudMessaging.INTERFACE,
            WasiMessaging.INTERFACES.get(0),
            WasiMessaging.INTERFACES.get(1),
            WasiMessaging.INTERFACES.get(2));

    private static final Map<Class<?>, BiFunction<Capabilities, GuestIo, Object>> MAKERS = Map.ofEntries(
            Map.entry(SpinKeyValue.class, (granted, _) -> new SpinKeyValue(granted.stores, granted.storeLabels)),
            Map.entry(WasiKeyValue.class, (granted, _) -> new WasiKeyValue(granted.stores, granted.storeLabels)),
            Map.entry(WasiKeyValueAtomics.class, (_, _) -> new WasiKeyValueAtomics()),
            Map.entry(WasiKeyValueBatch.class, (_, _) -> new WasiKeyValueBatch()),
            Map.entry(
                    WasiKeyValueDraft.class,
                    (granted, _) -> new WasiKeyValueDraft(granted.stores, granted.storeLabels)),
            Map.entry(WasiKeyValueDraft.Atomics.class, (_, _) -> new WasiKeyValueDraft.Atomics()),
            Map.entry(WasiKeyValueDraft.Batch.class, (_, _) -> new WasiKeyValueDraft.Batch()),
            Map.entry(SpinSqlite.class, (granted, _) -> new SpinSqlite(granted.databases, granted.databaseLabels)),
            Map.entry(SpinSqlite3.class, (granted, _) -> new SpinSqlite3(granted.databases, granted.databaseLabels)),
            Map.entry(SpinVariables.class, (granted, _) -> new SpinVariables(granted.variables)),
            Map.entry(WasiConfigStore.class, (granted, _) -> new WasiConfigStore(granted.variables)),
            Map.entry(WasiLogging.class, (granted, _) -> new WasiLogging(granted.log)),
            Map.entry(SpinRedis.class, (granted, io) -> new SpinRedis(granted.outbound.telling(io::refused))),
            Map.entry(SpinMqtt.class, (granted, io) -> new SpinMqtt(granted.outbound.telling(io::refused))),
            Map.entry(SpinRdbms.class, (_, _) -> new SpinRdbms()),
            Map.entry(SpinPostgres.class, (granted, io) -> new SpinPostgres(granted.outbound.telling(io::refused))),
            Map.entry(SpinPostgres3.class, (granted, io) -> new SpinPostgres3(granted.outbound.telling(io::refused))),
            Map.entry(SpinPostgres4.class, (granted, io) -> new SpinPostgres4(granted.outbound.telling(io::refused))),
            Map.entry(WasiBlobTypes.class, (granted, io) -> new WasiBlobTypes(io, granted.blobs)),
            Map.entry(WasiBlobContainer.class, (_, _) -> new WasiBlobContainer()),
            Map.entry(WasiBlobstore.class, (granted, io) -> new WasiBlobstore(io, granted.blobs, granted.containers)),
            Map.entry(SpinMysql.class, (granted, io) -> new SpinMysql(granted.outbound.telling(io::refused))),
            Map.entry(SpinLlm.class, (_, _) -> new SpinLlm()),
            Map.entry(
                    WasmcloudMessaging.class,
                    (granted, _) -> new WasmcloudMessaging(
                            granted.messages, granted.outbound.limits().callTime())),
            Map.entry(WasiMessaging.class, (_, _) -> new WasiMessaging()),
            Map.entry(WasiMessaging.Producer.class, (granted, _) -> new WasiMessaging.Producer(granted.messages)),
            Map.entry(
                    WasiMessaging.RequestReply.class,
                    (granted, _) -> new WasiMessaging.RequestReply(
                            granted.messages, granted.outbound.limits().callTime())));

    public Capabilities {
        storeLabels = Set.copyOf(storeLabels);
        databaseLabels = Set.copyOf(databaseLabels);
        containers = Set.copyOf(containers);
        variables = Map.copyOf(variables);
    }

    /** The same with key-value stores apart from those of other entries. */
    public Capabilities withStoresOf(String entry) {
        return new Capabilities(
                stores.of(entry),
                storeLabels,
                databases,
                databaseLabels,
                blobs,
                containers,
                variables,
                outbound,
                log,
                messages);
    }

    /** The same with containers of blobs apart from those of other entries. */
    public Capabilities withContainersOf(String entry, Set<String> granted) {
        return new Capabilities(
                stores,
                storeLabels,
                databases,
                databaseLabels,
                blobs.of(entry),
                granted,
                variables,
                outbound,
                log,
                messages);
    }

    /** The same with another broker. */
    public Capabilities withMessages(MessageBroker broker) {
        return new Capabilities(
                stores, storeLabels, databases, databaseLabels, blobs, containers, variables, outbound, log, broker);
    }

    /** The same interfaces with nothing behind them: all is denied or not there, and nothing is logged. */
    public Capabilities ungranted() {
        return new Capabilities(
                stores,
                Set.of(),
                databases,
                Set.of(),
                blobs,
                Set.of(),
                Map.of(),
                new Outbound(OutboundPolicy.none(), OutboundLimits.DEFAULT, outbound.authorities()),
                (_, _, _) -> {},
                MessageBroker.NONE);
    }

    /**
     * The objects of a new instance, made when first asked for.
     *
     * @param io the waiting and the handles of the instance; closed by whoever made it
     */
    public Instance instance(GuestIo io) {
        return new Instance(this, io);
    }

    /** The objects of one instance, for its thread. */
    public static final class Instance implements HostServices, AutoCloseable {
        private final Capabilities granted;
        private final GuestIo io;
        private final Map<Class<?>, Object> services = new HashMap<>();

        private Instance(Capabilities granted, GuestIo io) {
            this.granted = granted;
            this.io = io;
        }

        /** The object of a class, or empty when the class is none of the capabilities'. */
        public <T> Optional<T> find(Class<T> type) {
            @Nullable Object service = services.get(type);
            if (service == null) {
                service = make(type);
                if (service == null) {
                    return Optional.empty();
                }
                services.put(type, service);
            }
            return Optional.of(type.cast(service));
        }

        @Override
        public <T> T service(Class<T> type) {
            return find(type)
                    .orElseThrow(() -> new IllegalArgumentException(type + " (expected: a class of the interfaces)"));
        }

        private @Nullable Object make(Class<?> type) {
            BiFunction<Capabilities, GuestIo, Object> maker = MAKERS.get(type);
            return maker == null ? null : maker.apply(granted, io);
        }

        /** Closes every connection that the guest left open. */
        @Override
        public void close() {
            List<Object> made = List.copyOf(services.values());
            services.clear();
            for (Object service : made) {
                if (service instanceof Connections open) {
                    open.close();
                }
            }
        }
    }
}
