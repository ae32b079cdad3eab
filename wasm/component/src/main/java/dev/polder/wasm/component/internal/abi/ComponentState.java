package dev.polder.wasm.component.internal.abi;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.component.HostResource;
import dev.polder.wasm.component.HostServices;
import dev.polder.wasm.component.ResourceType;
import dev.polder.wasm.engine.HostCall;
import dev.polder.wasm.engine.HostMemory;
import dev.polder.wasm.engine.WasmFunction;
import dev.polder.wasm.engine.WasmMemory;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The state of one root component instance and of all those nested in it: the host object of its store. Used by one
 * thread at a time.
 */
public final class ComponentState implements AutoCloseable {

    /** Bytes that are kept between calls for copying strings. */
    private static final int SCRATCH = 64 * 1024;

    private static final AtomicInteger SERVICES = new AtomicInteger();

    /** Every class that services are asked for has a number, so that finding one is one load. */
    private static final ClassValue<Integer> SERVICE = new ClassValue<>() {
        @Override
        protected Integer computeValue(Class<?> type) {
            return SERVICES.getAndIncrement();
        }
    };

    /** What was found of the host's objects of one key. */
    private static final class Found {
        private @Nullable HostServices host;
        private @Nullable Object[] services = new Object[0];
    }

    private final StateLayout layout;
    private final HostMemory.Account held;
    private final @Nullable WasmMemory[] memories;
    private final @Nullable WasmFunction[] functions;
    private final InstanceState[] instances;
    private final ServiceKey[] keys;
    private final Found[] found;
    private int inUse;
    private @Nullable Object[] services = new Object[0];
    private byte[] bytes = new byte[0];
    private char[] chars = new char[0];

    /** Arguments of realloc, which never calls back. */
    final long[] allocation = new long[4];

    public ComponentState(StateLayout layout, HostServices services) {
        this(layout, services, new ServiceKey[] {ServiceKey.ROOT}, HostMemory.PROCESS);
    }

    /**
     * @param keys whose host objects there are, the first those of {@code services} itself; not changed
     * @param hostMemory for its handles, and for values on their way to the host
     */
    public ComponentState(StateLayout layout, HostServices services, ServiceKey[] keys, HostMemory hostMemory) {
        this.layout = layout;
        this.held = hostMemory.account();
        this.memories = new WasmMemory[layout.memories()];
        this.functions = new WasmFunction[layout.functions()];
        this.keys = keys;
        this.found = new Found[keys.length];
        for (int i = 0; i < keys.length; i++) {
            found[i] = new Found();
        }
        found[0].host = services;
        int[] parents = layout.parents();
        this.instances = new InstanceState[parents.length];
        for (int i = 0; i < parents.length; i++) {
            if (parents[i] >= i) {
                throw Problem.internal("component instance " + i + " has parent " + parents[i], null);
            }
            instances[i] = new InstanceState(parents[i] < 0 ? null : instances[parents[i]], held);
        }
    }

    /** The state of the guest that calls. */
    public static ComponentState of(HostCall call) {
        return Objects.requireNonNull((ComponentState) call.store().host(), "the store has no component state");
    }

    /** What it makes the host hold. */
    HostMemory.Account held() {
        return held;
    }

    public StateLayout layout() {
        return layout;
    }

    /** Fills a slot; done by the linker during instantiation. */
    public void memory(int slot, WasmMemory memory) {
        memories[slot] = memory;
    }

    public WasmMemory memory(int slot) {
        WasmMemory memory = memories[slot];
        if (memory == null) {
            throw Problem.internal("memory slot " + slot + " is empty", null);
        }
        return memory;
    }

    /** Fills a slot; done by the linker during instantiation. */
    public void function(int slot, WasmFunction function) {
        functions[slot] = function;
    }

    public WasmFunction function(int slot) {
        WasmFunction function = functions[slot];
        if (function == null) {
            throw Problem.internal("function slot " + slot + " is empty", null);
        }
        return function;
    }

    InstanceState instance(int index) {
        return instances[index];
    }

    /** Handles that a component instance holds. */
    public int handles(int instance) {
        return instances[instance].handles.size();
    }

    /** From now on services are those of another key, by its number; gives the number of those before. */
    public int use(int key) {
        int before = inUse;
        if (key != before) {
            found[before].services = services;
            services = found[key].services;
            inUse = key;
        }
        return before;
    }

    private HostServices hostServices() {
        HostServices known = found[inUse].host;
        if (known == null) {
            HostServices root = Objects.requireNonNull(found[0].host, "it is made with them");
            known = root.of(keys[inUse].part(), keys[inUse].label());
            found[inUse].host = known;
        }
        return known;
    }

    /** The host's object of a class; asked for once. */
    public <T> T service(Class<T> type) {
        return type.cast(service(SERVICE.get(type), type));
    }

    static int serviceNumber(Class<?> type) {
        return SERVICE.get(type);
    }

    /** For generated code, which knows the number. */
    public Object service(int number, Class<?> type) {
        Object service = number < services.length ? services[number] : null;
        return service != null ? service : findService(number, type);
    }

    private Object findService(int number, Class<?> type) {
        Object service = hostServices().service(type);
        if (service == null) {
            throw Problem.internal("there is no service " + type.getName(), null);
        }
        services = Arrays.copyOf(services, Math.max(services.length, number + 1));
        services[number] = service;
        return service;
    }

    /** Room for a copy that is used at once. */
    byte[] bytes(int length) {
        if (length > SCRATCH) {
            return new byte[length];
        }
        if (bytes.length < length) {
            bytes = new byte[Math.min(SCRATCH, Math.max(256, length * 2))];
        }
        return bytes;
    }

    /** Room for a copy that is used at once. */
    char[] chars(int length) {
        if (length > SCRATCH / 2) {
            return new char[length];
        }
        if (chars.length < length) {
            chars = new char[Math.min(SCRATCH / 2, Math.max(256, length * 2))];
        }
        return chars;
    }

    /** Runs the destructor of a guest's resource, if it has one. */
    void destroy(ResourceType type, int rep, @Nullable InstanceState caller) {
        GuestResourceDef definition = layout.resources().get(type);
        if (definition == null) {
            throw Problem.internal("resource " + type + " is not defined by a guest", null);
        }
        InstanceState definer = instances[definition.instance()];
        definer.enter(caller);
        if (definition.destructor() >= 0) {
            function(definition.destructor()).callSlots(new long[] {rep});
        }
        definer.leave(caller);
    }

    /** Drops what the guest still owns, each once, even when one of them fails. Call it before the store is closed. */
    @Override
    public void close() {
        Set<HostResource> owned = Collections.newSetFromMap(new IdentityHashMap<>());
        for (InstanceState instance : instances) {
            for (HandleEntry entry : instance.handles.clear()) {
                if (entry instanceof ResourceHandle handle && handle.owns() && handle.host != null) {
                    owned.add(handle.host);
                }
            }
        }
        held.close();
        RuntimeException failure = null;
        for (HostResource resource : owned) {
            try {
                resource.drop();
            } catch (RuntimeException e) {
                if (failure == null) {
                    failure = e;
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
