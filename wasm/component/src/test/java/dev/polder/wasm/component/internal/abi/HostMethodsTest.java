package dev.polder.wasm.component.internal.abi;

import static dev.polder.wasm.component.internal.abi.AbiContract.func;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.component.FuncType;
import dev.polder.wasm.component.HostInterface;
import dev.polder.wasm.component.HostResource;
import dev.polder.wasm.component.ResourceType;
import dev.polder.wasm.component.Result;
import dev.polder.wasm.component.ValType;
import dev.polder.wasm.component.ValType.Primitive;
import dev.polder.wasm.component.Wit;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** How methods are found, and what is said of those that do not fit. */
class HostMethodsTest {

    private static final ResourceType FILE = new ResourceType("test:test/files.file");
    private static final Map<ResourceType, Class<? extends HostResource>> RESOURCES = Map.of(FILE, File.class);

    enum Mode {
        READ_ONLY,
        @Wit("rw")
        BOTH
    }

    record Point(int x, int yAxis) {}

    record Pair<A, B>(A first, B second) {}

    sealed interface Reply {
        record Nothing() implements Reply {}

        @Wit("code")
        record ByCode(int code) implements Reply {}
    }

    /** A resource whose method is declared above it. */
    abstract static class Base implements HostResource {
        @Wit("size")
        long size() {
            return 1;
        }
    }

    static final class File extends Base {}

    static final class Folder extends Base {}

    static final class Other implements HostResource {}

    @SuppressWarnings("unused")
    static class Files {
        @Wit("open")
        Result<File, Mode> open(String name, Mode mode) {
            return Result.ok(new File());
        }

        @Wit("[constructor]file")
        File make(Point at) {
            return new File();
        }

        @Wit("[static]file.join")
        Optional<Pair<Integer, String>> join(File one, List<Reply> replies) {
            return Optional.empty();
        }

        @Wit("write")
        void write(MemorySegment bytes) {}

        @Wit("read")
        ByteBuffer read() {
            return ByteBuffer.allocate(0);
        }

        @Wit("number")
        void number(int value) {}

        @Wit("other")
        void other(Other value) {}

        @Wit("buffer")
        void buffer(ByteBuffer value) {}

        @Wit("segment-list")
        void raw(@SuppressWarnings("rawtypes") List value) {}
    }

    private static final HostInterface HOST =
            HostInterface.of("test:test/files", "1.0.0", Files.class).resource("file", File.class);

    private static HostMethod resolve(String name, FuncType type) {
        return HostMethods.resolve(HOST, name, type, RESOURCES);
    }

    private static final ValType MODE = new ValType.EnumOf(List.of("read-only", "rw"));
    private static final ValType REPLY = new ValType.VariantOf(List.of(
            new ValType.Case("code", Optional.of(Primitive.U16)), new ValType.Case("nothing", Optional.empty())));
    private static final ValType POINT = new ValType.RecordOf(
            List.of(new ValType.Field("x", Primitive.S32), new ValType.Field("y-axis", Primitive.U8)));

    @Test
    void findsFunctionsOfEveryKind() {
        ValType own = new ValType.Own(FILE);
        assertThat(resolve(
                                "open",
                                func(
                                        Optional.of(new ValType.ResultOf(Optional.of(own), Optional.of(MODE))),
                                        Primitive.STRING,
                                        MODE))
                        .method()
                        .getName())
                .isEqualTo("open");
        assertThat(resolve("[constructor]file", func(Optional.of(own), POINT))
                        .method()
                        .getName())
                .isEqualTo("make");
        ValType pair = new ValType.OptionOf(new ValType.TupleOf(List.of(Primitive.CHAR, Primitive.STRING)));
        assertThat(resolve("[static]file.join", func(Optional.of(pair), own, new ValType.ListOf(REPLY)))
                        .method()
                        .getName())
                .isEqualTo("join");
        assertThat(resolve("[method]file.size", func(Optional.of(Primitive.U64), new ValType.Borrow(FILE)))
                        .method()
                        .getDeclaringClass())
                .isEqualTo(Base.class);
        ValType bytes = new ValType.ListOf(Primitive.U8);
        assertThat(resolve("write", func(Optional.empty(), bytes)).method().getName())
                .isEqualTo("write");
        assertThat(resolve("read", func(Optional.of(bytes))).method().getName()).isEqualTo("read");
    }

    /** Generated code casts to the class of its resource. */
    @Test
    void anInheritedMethodHasCodeForEachClassThatInheritsIt() {
        FuncType type = func(Optional.of(Primitive.U64), new ValType.Borrow(FILE));
        HostInterface folders =
                HostInterface.of("test:test/files", "2.0.0", Files.class).resource("file", Folder.class);

        HostMethod ofFile = resolve("[method]file.size", type);
        HostMethod ofFolder = HostMethods.resolve(folders, "[method]file.size", type, Map.of(FILE, Folder.class));

        assertThat(ofFolder.method()).isEqualTo(ofFile.method());
        assertThat(ofFolder.constructor).isNotSameAs(ofFile.constructor);
        assertThat(resolve("[method]file.size", type).constructor).isSameAs(ofFile.constructor);
    }

    /** Code that was generated is found by type; a type says the same of each resource. */
    @Test
    void codeThatIsThereServesNoResourceOfAnotherClass() {
        FuncType type = func(Optional.of(new ValType.Own(FILE)), POINT);
        HostMethod ofFile = resolve("[constructor]file", type);
        ResourceType again = new ResourceType("test:test/files.file");
        FuncType same = func(Optional.of(new ValType.Own(again)), POINT);

        assertThat(HostMethods.resolve(HOST, "[constructor]file", same, Map.of(again, File.class)).constructor)
                .isSameAs(ofFile.constructor);
        assertThatThrownBy(() -> HostMethods.resolve(HOST, "[constructor]file", same, Map.of(again, Folder.class)))
                .hasMessageContaining(File.class.getName() + " (expected: " + Folder.class.getName());
        assertThatThrownBy(() -> HostMethods.resolve(HOST, "[constructor]file", same, Map.of()))
                .hasMessageContaining("(expected: GuestResource for test:test/files.file)");
    }

    record Unfit(String name, FuncType type, String message) {}

    static List<Unfit> unfit() {
        ValType own = new ValType.Own(FILE);
        ValType bytes = new ValType.ListOf(Primitive.U8);
        String file = Files.class.getName();
        return List.of(
                new Unfit(
                        "absent",
                        func(Optional.empty()),
                        "import test:test/files.absent: " + file
                                + " has no method (expected: one with @Wit(\"absent\"))"),
                new Unfit(
                        "number",
                        func(Optional.empty(), Primitive.U64),
                        "import test:test/files.number, method " + file
                                + ".number: parameter p0: int (expected: long for u64)"),
                new Unfit(
                        "number",
                        func(Optional.empty()),
                        "import test:test/files.number, method " + file + ".number: 1 parameters (expected: 0)"),
                new Unfit(
                        "read",
                        func(Optional.empty()),
                        "import test:test/files.read, method " + file
                                + ".read: result java.nio.ByteBuffer (expected: void)"),
                new Unfit(
                        "other",
                        func(Optional.empty(), own),
                        "import test:test/files.other, method " + file + ".other: parameter p0: "
                                + Other.class.getName() + " (expected: " + File.class.getName()
                                + " for test:test/files.file)"),
                new Unfit(
                        "buffer",
                        func(Optional.empty(), bytes),
                        "import test:test/files.buffer, method " + file
                                + ".buffer: parameter p0: java.nio.ByteBuffer (expected: byte[])"),
                new Unfit(
                        "segment-list",
                        func(Optional.empty(), new ValType.ListOf(Primitive.STRING)),
                        "import test:test/files.segment-list, method " + file
                                + ".raw: parameter p0: java.util.List (expected: List<...>)"),
                new Unfit(
                        "[constructor]file",
                        func(
                                Optional.of(own),
                                new ValType.RecordOf(List.of(
                                        new ValType.Field("x", Primitive.S32), new ValType.Field("z", Primitive.U8)))),
                        "import test:test/files.[constructor]file, method " + file
                                + ".make: parameter p0.yAxis: the component's name (expected: z)"));
    }

    @ParameterizedTest
    @MethodSource("unfit")
    void saysWhatDoesNotFit(Object unfit) {
        Unfit of = (Unfit) unfit;
        assertThatThrownBy(() -> resolve(of.name, of.type))
                .isInstanceOf(Problem.class)
                .hasMessage(of.message);
    }

    /** Exports that do not fit. */
    interface Wrong {
        @Wit("run")
        void run(long value);
    }

    /** An interface with a method that has no name. */
    interface Unnamed {
        void run();
    }

    @Test
    void saysWhatDoesNotFitOfABoundInterface() {
        LiftedFunction run = new LiftedFunction(
                func(Optional.empty(), Primitive.S32), 0, new CanonOptions(StringEncoding.UTF8, -1, -1, -1, 0));
        assertThatThrownBy(() -> ExportBinding.of(Wrong.class, Map.of("run", run), Map.of()))
                .hasMessage("method " + Wrong.class.getName() + ".run: parameter p0: long (expected: int for s32)");
        assertThatThrownBy(() -> ExportBinding.of(Wrong.class, Map.of("walk", run), Map.of()))
                .hasMessageContaining("no exported function \"run\" (expected: one of [walk])");
        assertThatThrownBy(() -> ExportBinding.of(Unnamed.class, Map.of("run", run), Map.of()))
                .hasMessageContaining("has no WIT name");
    }
}
