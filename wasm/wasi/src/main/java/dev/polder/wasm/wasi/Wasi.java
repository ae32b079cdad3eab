package dev.polder.wasm.wasi;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.engine.FunctionType;
import dev.polder.wasm.engine.HostCall;
import dev.polder.wasm.engine.HostFunction;
import dev.polder.wasm.engine.HostFunctions;
import dev.polder.wasm.engine.TrapCode;
import dev.polder.wasm.engine.WasmTrap;
import dev.polder.wasm.wasi.internal.Errno;
import dev.polder.wasm.wasi.internal.WasiError;
import java.io.IOException;
import java.util.List;

/** WASI 0.1 as host functions. */
public final class Wasi {

    /** The module name that guests import. */
    public static final String MODULE = "wasi_snapshot_preview1";

    private static final HostFunctions FUNCTIONS = functions(MODULE);

    private Wasi() {}

    /**
     * All functions of {@code wasi_snapshot_preview1}. They expect the store's host state to be a {@link WasiHost}: a
     * {@link WasiState}, or something that has one.
     */
    public static HostFunctions functions() {
        return FUNCTIONS;
    }

    /** The same functions under another module name, as some older guests import them. */
    public static HostFunctions functions(String module) {
        Registrar registrar = new Registrar(module);
        EnvironmentFunctions.add(registrar);
        DescriptorFunctions.add(registrar);
        FileFunctions.add(registrar);
        PathFunctions.add(registrar);
        PollFunctions.add(registrar);
        SocketFunctions.add(registrar);
        return registrar.functions.build();
    }

    /** A function as it is written here: throws {@link WasiError}, or ends well. */
    @FunctionalInterface
    interface Function {
        void call(WasiState state, HostCall call) throws IOException, InterruptedException;

        /** The same where the descriptor of a parameter has one of these rights. */
        default Function needs(int parameter, long rights) {
            return (state, call) -> {
                state.require(call.i32(parameter), rights);
                call(state, call);
            };
        }
    }

    /** Adds functions, each with the handling of errors that all have. */
    static final class Registrar {
        private final String module;
        private final HostFunctions.Builder functions = HostFunctions.builder();

        private Registrar(String module) {
            this.module = module;
        }

        /** One that gives an error code. The type names the parameters alone. */
        void add(String name, String params, Function function) {
            functions.add(module, name, FunctionType.of(params + ":i"), (HostFunction)
                    call -> call.returnI32(run(function, call)));
        }

        /** One that needs one of these rights of the descriptor that is its first parameter. */
        void add(String name, String params, long rights, Function function) {
            add(name, params, function.needs(0, rights));
        }

        /** One that gives nothing. */
        void addSilent(String name, String params, Function function) {
            functions.add(module, name, FunctionType.of(params + ":"), (HostFunction)
                    call -> function.call(call.host(WasiHost.class).wasi(), call));
        }

        private static int run(Function function, HostCall call) {
            try {
                function.call(call.host(WasiHost.class).wasi(), call);
                return Errno.SUCCESS;
            } catch (WasiError e) {
                return e.errno();
            } catch (InterruptedException e) {
                throw ended(call, e);
            } catch (IOException e) {
                // A channel closes itself when its thread is interrupted, which is how a deadline ends a guest that
                // waits.
                if (call.remaining().isZero()) {
                    throw ended(call, e);
                }
                return Errno.of(e);
            } catch (WasmTrap e) {
                if (e.code() == TrapCode.MEMORY_OUT_OF_BOUNDS) {
                    return Errno.FAULT;
                }
                throw e;
            } catch (Problem e) {
                throw e;
            } catch (RuntimeException e) {
                return Errno.of(e);
            }
        }

        private static WasmTrap ended(HostCall call, Exception cause) {
            TrapCode code = call.remaining().isZero() ? TrapCode.DEADLINE : TrapCode.CANCELLED;
            return new WasmTrap(code, null, List.of(), cause);
        }
    }
}
