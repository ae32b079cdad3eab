package dev.polder.wasm.component.internal.abi;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.component.GuestResource;
import dev.polder.wasm.component.HostResource;
import dev.polder.wasm.component.ResourceType;
import dev.polder.wasm.engine.TrapCode;
import dev.polder.wasm.engine.WasmFunction;
import dev.polder.wasm.engine.WasmMemory;
import dev.polder.wasm.engine.WasmTrap;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One side of a call between components, or between a component and the host: its memory, its allocator, its handles, and
 * the handles that are lent until the call ends. Public for generated code only.
 */
public final class CallContext {

    /**
     * Bytes that one call may make the host copy. A guest can name the same bytes many times, so the size of its memory
     * is no bound.
     */
    static final long COPY_LIMIT = 1L << 27;

    /** Bytes of one call that are not counted as held by the host: most calls have fewer. */
    private static final long UNCOUNTED = 64 * 1024;

    final ComponentState state;
    final InstanceState instance;
    final StringEncoding encoding;
    private final CanonOptions options;
    private final ResourceType[] types;
    private final @Nullable WasmMemory memory;
    private @Nullable WasmFunction realloc;
    private long copied;
    private long held;

    /** Handles that this call lent to its instance and that the instance did not drop yet. */
    private int borrows;

    /** What this call was lent: handles of the caller, and what the host holds of them. */
    private @Nullable List<Object> lenders;

    /** @param types resource types by the numbers that generated code has for them */
    public CallContext(ComponentState state, CanonOptions options, ResourceType[] types) {
        this.state = state;
        this.options = options;
        this.types = types;
        this.instance = state.instance(options.instance());
        this.encoding = options.encoding();
        this.memory = options.memory() < 0 ? null : state.memory(options.memory());
    }

    /** The side of an instance that calls out. */
    public static CallContext leaving(ComponentState state, CanonOptions options, ResourceType[] types) {
        CallContext cx = new CallContext(state, options, types);
        cx.instance.checkMayLeave();
        return cx;
    }

    /** Only the check of {@link #leaving}, for calls that pass nothing but numbers. */
    public static void checkLeaving(ComponentState state, CanonOptions options) {
        state.instance(options.instance()).checkMayLeave();
    }

    /** The side of an instance that the host calls. */
    public static CallContext entering(ComponentState state, CanonOptions options, ResourceType[] types) {
        CallContext cx = new CallContext(state, options, types);
        cx.instance.enter(null);
        return cx;
    }

    /** Ends what {@link #entering} began. */
    public void leave(long[] results) {
        checkReturned();
        postReturn(results);
        instance.leave(null);
        copiesEnd();
    }

    public WasmMemory memory() {
        if (memory == null) {
            throw Problem.internal("a canonical function without memory passes something in memory", null);
        }
        return memory;
    }

    /** Has the guest allocate; gives an address that was checked. */
    public long allocate(int align, long size) {
        WasmFunction function = realloc;
        if (function == null) {
            if (options.realloc() < 0) {
                throw Problem.internal("a canonical function without realloc passes something in memory", null);
            }
            function = state.function(options.realloc());
            realloc = function;
        }
        if (size > Shapes.MAX_BYTES) {
            throw new Problem(
                    Problem.Code.TOO_LARGE,
                    Problem.WhoFailed.CALLER,
                    false,
                    "a value of " + size + " bytes is passed to a component (expected: at most " + Shapes.MAX_BYTES
                            + ")",
                    null,
                    null);
        }
        long[] slots = state.allocation;
        slots[0] = 0;
        slots[1] = 0;
        slots[2] = align;
        slots[3] = size;
        instance.mayLeave = false;
        function.callSlots(slots);
        instance.mayLeave = true;
        return checked(slots[0], align, size);
    }

    /** A pointer of the guest as an address, aligned and with so many bytes behind it. */
    public long checked(long pointer, int align, long size) {
        long address = pointer & 0xFFFF_FFFFL;
        if ((address & (align - 1)) != 0) {
            throw Traps.misaligned(address, align);
        }
        memory().check(address, size);
        return address;
    }

    /**
     * Checks a list; gives its length.
     *
     * @param packed pointer in the low half, length in the high
     * @param hostBytes what an element takes in the host, about
     */
    public int checkedList(long packed, int align, int elementSize, int hostBytes) {
        long length = packed >>> 32;
        long size = length * elementSize;
        if (size > Shapes.MAX_BYTES) {
            throw Traps.broken("list of " + size + " bytes (expected: at most " + Shapes.MAX_BYTES + ")");
        }
        checked(packed, align, size);
        copies(length * hostBytes);
        return (int) length;
    }

    void copies(long bytes) {
        copied += bytes;
        if (copied > COPY_LIMIT) {
            throw new WasmTrap(
                    TrapCode.CANONICAL_ABI,
                    "values of more than " + COPY_LIMIT + " bytes are passed in one call",
                    List.of(),
                    null);
        }
        if (copied > UNCOUNTED) {
            state.held().hold(copied - held);
            held = copied;
        }
    }

    /** What was copied is no more the host's. After a failure the end of the instance does the same. */
    void copiesEnd() {
        if (held > 0) {
            state.held().release(held);
            held = 0;
            copied = 0;
        }
    }

    private List<Object> lenders() {
        List<Object> list = lenders;
        if (list == null) {
            list = new ArrayList<>(4);
            lenders = list;
        }
        return list;
    }

    ResourceType type(int number) {
        return types[number];
    }

    /** Lifts an owning handle to a host resource. */
    public HostResource takeHost(int index, int type) {
        return object(instance.handles.removeOwned(index, types[type]));
    }

    /** Lifts a lent handle to a host resource, when nothing in the same call can give it away. */
    public HostResource peekHost(int index, int type) {
        return object(instance.handles.resource(index, types[type]));
    }

    /** Lifts a lent handle to a host resource. */
    public HostResource borrowHost(int index, int type) {
        return object(lend(index, types[type]));
    }

    private ResourceHandle lend(int index, ResourceType type) {
        ResourceHandle handle = instance.handles.resource(index, type);
        handle.lends++;
        lenders().add(handle);
        return handle;
    }

    private static HostResource object(ResourceHandle handle) {
        HostResource host = handle.host;
        if (host == null) {
            throw Problem.internal("resource " + handle.type + " is a guest's (expected: the host's)", null);
        }
        return host;
    }

    /** Lifts an owning handle to a guest's resource. */
    public GuestResource takeGuest(int index, int type) {
        return takeGuest(index, types[type]);
    }

    private GuestResource takeGuest(int index, ResourceType type) {
        ResourceHandle handle = instance.handles.removeOwned(index, type);
        return new GuestResource(new HeldResource(state, type, handle.rep, true));
    }

    /** Lifts a lent handle to a guest's resource; what it gives ends with the call. */
    public GuestResource borrowGuest(int index, int type) {
        return borrowGuest(index, types[type]);
    }

    private GuestResource borrowGuest(int index, ResourceType type) {
        HeldResource held = new HeldResource(state, type, lend(index, type).rep, false);
        lenders().add(held);
        return new GuestResource(held);
    }

    /** Lowers an owning handle to a host resource. */
    public int giveHost(HostResource resource, int type) {
        return giveHost(resource, types[type]);
    }

    private int giveHost(HostResource resource, ResourceType type) {
        return instance.handles.add(new ResourceHandle(type, java.util.Objects.requireNonNull(resource), 0, null));
    }

    /** Lends a host resource for the call. */
    public int lendHost(HostResource resource, int type) {
        return lendHost(resource, types[type]);
    }

    private int lendHost(HostResource resource, ResourceType type) {
        borrows++;
        return instance.handles.add(new ResourceHandle(type, java.util.Objects.requireNonNull(resource), 0, this));
    }

    /** Lowers an owning handle to a guest's resource, which the host gives up. */
    public int giveGuest(GuestResource resource, int type) {
        return giveGuest(resource, types[type]);
    }

    private int giveGuest(GuestResource resource, ResourceType type) {
        return instance.handles.add(
                new ResourceHandle(type, null, held(resource, type).give(), null));
    }

    /** Lends a guest's resource for the call; the guest that implements it gets its representation. */
    public int lendGuest(GuestResource resource, int type) {
        return lendGuest(resource, types[type]);
    }

    private int lendGuest(GuestResource resource, ResourceType type) {
        int rep = held(resource, type).use();
        GuestResourceDef definition = state.layout().resources().get(type);
        if (definition != null && definition.instance() == options.instance()) {
            return rep;
        }
        borrows++;
        return instance.handles.add(new ResourceHandle(type, null, rep, this));
    }

    private HeldResource held(GuestResource resource, ResourceType type) {
        if (!(resource.handle() instanceof HeldResource held) || held.state != state || held.type() != type) {
            throw Problem.invalid(
                    "a handle to a " + resource.type() + " (expected: to a " + type + " of the same instance)");
        }
        return held;
    }

    /** Takes an owning handle away and gives it to another instance. */
    int giveTo(CallContext other, int index, ResourceType type) {
        return other.instance.handles.add(instance.handles.removeOwned(index, type));
    }

    /** Lends a handle to another instance for the call; the one that implements the resource gets its representation. */
    int lendTo(CallContext other, int index, ResourceType type) {
        ResourceHandle handle = lend(index, type);
        GuestResourceDef definition = state.layout().resources().get(type);
        if (definition != null && definition.instance() == other.options.instance()) {
            return handle.rep;
        }
        other.borrows++;
        return other.instance.handles.add(new ResourceHandle(type, handle.host, handle.rep, other));
    }

    private boolean isGuest(ResourceType type) {
        return state.layout().resources().containsKey(type);
    }

    /** Whether a value can be lowered as a handle to this type. */
    @Nullable
    String whyNot(Object value, ResourceType type, boolean own) {
        if (!isGuest(type)) {
            return value instanceof HostResource ? null : "a HostResource";
        }
        if (value instanceof GuestResource resource
                && resource.handle() instanceof HeldResource held
                && held.state == state
                && held.type() == type) {
            return held.canBe(own) ? null : "a handle that is " + (own ? "owned" : "not over");
        }
        return "a GuestResource of type " + type;
    }

    Object liftOwn(int index, ResourceType type) {
        return isGuest(type) ? takeGuest(index, type) : object(instance.handles.removeOwned(index, type));
    }

    Object liftBorrow(int index, ResourceType type) {
        return isGuest(type) ? borrowGuest(index, type) : object(lend(index, type));
    }

    int lowerOwn(Object value, ResourceType type) {
        return value instanceof GuestResource guest ? giveGuest(guest, type) : giveHost((HostResource) value, type);
    }

    int lowerBorrow(Object value, ResourceType type) {
        return value instanceof GuestResource guest ? lendGuest(guest, type) : lendHost((HostResource) value, type);
    }

    /** The instance dropped a handle that this call lent it. */
    void returned() {
        borrows--;
    }

    /** The call into the instance returned: all that was lent must be back. */
    public void checkReturned() {
        if (borrows > 0) {
            throw Traps.broken(borrows + " borrowed handles are left at the end of a call (expected: all dropped)");
        }
    }

    /** Calls post-return, with the results that the core function gave. */
    public void postReturn(long[] results) {
        if (options.postReturn() >= 0) {
            instance.mayLeave = false;
            state.function(options.postReturn()).callSlots(results);
            instance.mayLeave = true;
        }
    }

    /** The call out of the instance is over: gives back what the instance lent. */
    public void release() {
        copiesEnd();
        List<Object> list = lenders;
        if (list == null) {
            return;
        }
        for (int i = 0; i < list.size(); i++) {
            if (list.get(i) instanceof ResourceHandle handle) {
                handle.lends--;
            } else if (list.get(i) instanceof HeldResource held) {
                held.end();
            }
        }
        lenders = null;
    }
}
