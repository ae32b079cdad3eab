package dev.polder.wasm.engine.internal.endive;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.engine.GuestLimit;
import dev.polder.wasm.engine.HostMemory;
import dev.polder.wasm.engine.InstanceLimits;
import dev.polder.wasm.engine.MemoryType;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import run.endive.runtime.ConstantEvaluators;
import run.endive.runtime.Instance;
import run.endive.runtime.Memory;
import run.endive.runtime.WasmRuntimeException;
import run.endive.wasm.UninstantiableException;
import run.endive.wasm.types.ActiveDataSegment;
import run.endive.wasm.types.DataSegment;
import run.endive.wasm.types.PassiveDataSegment;

/**
 * A linear memory in one array, so that an access is one comparison and one load.
 *
 * <p>Endive keeps the passive data segments of an instance in its memory. So an instance that imports a memory gets a
 * view of its own: views have the same bytes and different segments, and are told when one of them grows.
 */
@SuppressWarnings("removal") // the methods of old for waiting, which the interface still asks for
final class FlatMemory implements Memory {

    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final int initialPages;
    private final int maximumPages;
    private final MemoryType type;
    private final List<FlatMemory> views;
    private final InstanceLimits limits;
    private final HostMemory.Account account;
    private final EndiveMemory forHost = new EndiveMemory(this);
    private DataSegment[] segments = new DataSegment[0];
    private byte[] data;
    private int size;

    /**
     * A new memory whose size can reach the smaller of its type's maximum and the limit.
     *
     * @param account has the array, which lies in the heap
     */
    FlatMemory(MemoryType type, InstanceLimits limits, HostMemory.Account account) {
        this.type = type;
        this.limits = limits;
        this.account = account;
        this.initialPages = Math.toIntExact(type.minimum());
        long declared = type.maximum().orElse(RUNTIME_MAX_PAGES);
        this.maximumPages = (int) Math.min(Math.min(declared, limits.memoryBytes() / PAGE_SIZE), RUNTIME_MAX_PAGES);
        this.views = new ArrayList<>(1);
        if (initialPages > maximumPages) {
            throw Problem.guest(
                    Problem.Code.TOO_LARGE,
                    "memory: " + initialPages + " pages at its start (expected: at most " + maximumPages + ")",
                    null);
        }
        account.begin((long) initialPages * PAGE_SIZE, 1);
        this.data = new byte[initialPages * PAGE_SIZE];
        this.size = data.length;
        views.add(this);
    }

    private FlatMemory(FlatMemory original) {
        this.type = original.type;
        this.limits = original.limits;
        this.account = original.account;
        this.initialPages = original.initialPages;
        this.maximumPages = original.maximumPages;
        this.views = original.views;
        this.data = original.data;
        this.size = original.size;
        views.add(this);
    }

    /** The same memory for another instance. */
    FlatMemory view() {
        return new FlatMemory(this);
    }

    EndiveMemory forHost() {
        return forHost;
    }

    MemoryType type() {
        return type;
    }

    byte[] data() {
        return data;
    }

    int size() {
        return size;
    }

    @Override
    public int pages() {
        return size / PAGE_SIZE;
    }

    @Override
    public int grow(int pages) {
        int before = pages();
        if (Integer.toUnsignedLong(pages) > maximumPages - before) {
            boolean own = before + Integer.toUnsignedLong(pages) <= limits.memoryBytes() / PAGE_SIZE;
            return own ? -1 : refused(GuestLimit.MEMORY);
        }
        int newSize = (before + pages) * PAGE_SIZE;
        byte[] grown = data;
        if (newSize > data.length) {
            // At least a quarter more than now, so that growing page by page stays linear.
            long wanted =
                    Math.max(newSize, Math.min(data.length + (data.length >> 2), (long) maximumPages * PAGE_SIZE));
            // Both arrays are there for a moment.
            if (!account.tryHold(wanted)) {
                return refused(GuestLimit.HOST_MEMORY);
            }
            grown = Arrays.copyOf(data, (int) wanted);
            account.release(data.length);
        }
        for (FlatMemory view : views) {
            view.data = grown;
            view.size = newSize;
        }
        return before;
    }

    private int refused(GuestLimit limit) {
        limits.refusals().passed(limit);
        return -1;
    }

    @Override
    public int initialPages() {
        return initialPages;
    }

    @Override
    public int maximumPages() {
        // What the type says, as Endive counts: it takes an import without a maximum for one of this many pages.
        return (int) Math.min(type.maximum().orElse(RUNTIME_MAX_PAGES), RUNTIME_MAX_PAGES);
    }

    @Override
    public boolean shared() {
        return false;
    }

    @Override
    public void initialize(Instance instance, DataSegment[] dataSegments) {
        initialize(instance, dataSegments, 0);
    }

    @Override
    public void initialize(Instance instance, DataSegment @Nullable [] dataSegments, int memoryIndex) {
        if (dataSegments == null) {
            return;
        }
        segments = dataSegments;
        for (DataSegment segment : dataSegments) {
            if (segment instanceof ActiveDataSegment active && active.index() == memoryIndex) {
                int offset = (int) ConstantEvaluators.computeConstantValue(instance, active.offsetInstructions())[0];
                byte[] bytes = active.data();
                if (offset < 0 || offset > size - bytes.length) {
                    throw new UninstantiableException("out of bounds memory access");
                }
                System.arraycopy(bytes, 0, data, offset, bytes.length);
            }
        }
    }

    @Override
    public void initPassiveSegment(int segment, int target, int offset, int length) {
        write(target, segments[segment].data(), offset, length);
    }

    @Override
    public void drop(int segment) {
        segments[segment] = PassiveDataSegment.EMPTY;
    }

    private void check(int address, int length) {
        if ((address | length) < 0 || address > size - length) {
            throw outOfBounds();
        }
    }

    private static WasmRuntimeException outOfBounds() {
        return new WasmRuntimeException("out of bounds memory access");
    }

    @Override
    public void write(int address, byte[] source, int offset, int length) {
        check(address, length);
        if ((offset | length) < 0 || offset > source.length - length) {
            throw outOfBounds();
        }
        System.arraycopy(source, offset, data, address, length);
    }

    @Override
    public byte[] readBytes(int address, int length) {
        check(address, length);
        return Arrays.copyOfRange(data, address, address + length);
    }

    @Override
    public void copy(int target, int source, int length) {
        check(target, length);
        check(source, length);
        System.arraycopy(data, source, data, target, length);
    }

    @Override
    public void fill(byte value, int from, int to) {
        check(from, to - from);
        Arrays.fill(data, from, to, value);
    }

    @Override
    public void zero() {
        Arrays.fill(data, 0, size, (byte) 0);
    }

    @Override
    public byte read(int address) {
        check(address, 1);
        return data[address];
    }

    @Override
    public short readShort(int address) {
        check(address, 2);
        return (short) SHORT.get(data, address);
    }

    @Override
    public long readU16(int address) {
        return readShort(address) & 0xFFFF;
    }

    @Override
    public int readInt(int address) {
        check(address, 4);
        return (int) INT.get(data, address);
    }

    @Override
    public long readLong(int address) {
        check(address, 8);
        return (long) LONG.get(data, address);
    }

    @Override
    public float readFloat(int address) {
        return Float.intBitsToFloat(readInt(address));
    }

    @Override
    public long readF32(int address) {
        return readInt(address);
    }

    @Override
    public double readDouble(int address) {
        return Double.longBitsToDouble(readLong(address));
    }

    @Override
    public long readF64(int address) {
        return readLong(address);
    }

    @Override
    public void writeByte(int address, byte value) {
        check(address, 1);
        data[address] = value;
    }

    @Override
    public void writeShort(int address, short value) {
        check(address, 2);
        SHORT.set(data, address, value);
    }

    @Override
    public void writeI32(int address, int value) {
        check(address, 4);
        INT.set(data, address, value);
    }

    @Override
    public void writeLong(int address, long value) {
        check(address, 8);
        LONG.set(data, address, value);
    }

    @Override
    public void writeF32(int address, float value) {
        writeI32(address, Float.floatToRawIntBits(value));
    }

    @Override
    public void writeF64(int address, double value) {
        writeLong(address, Double.doubleToRawLongBits(value));
    }

    // Shared memories are refused when a module is read, so nobody can wait on this one.

    @Override
    public Object lock(int address) {
        return this;
    }

    @Override
    public int waitOn(int address, int expected, long timeout) {
        throw new WasmRuntimeException("expected shared memory");
    }

    @Override
    public int waitOn(int address, long expected, long timeout) {
        throw new WasmRuntimeException("expected shared memory");
    }

    @Override
    public int notify(int address, int maxThreads) {
        return 0;
    }
}
