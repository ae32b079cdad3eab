package dev.polder.wasm.component;

import dev.polder.kernel.model.Digest;
import dev.polder.kernel.model.Problem;
import dev.polder.wasm.component.internal.abi.ExportBinding;
import dev.polder.wasm.component.internal.binary.ComponentBody;
import dev.polder.wasm.component.internal.binary.Decoder;
import dev.polder.wasm.component.internal.binary.Definition;
import dev.polder.wasm.component.internal.binary.ExternDesc;
import dev.polder.wasm.component.internal.binary.Hollow;
import dev.polder.wasm.component.internal.binary.Refusal;
import dev.polder.wasm.component.internal.compose.Composer;
import dev.polder.wasm.component.internal.plan.Linked;
import dev.polder.wasm.component.internal.plan.Plan;
import dev.polder.wasm.component.internal.plan.Planner;
import dev.polder.wasm.engine.CompileListener;
import dev.polder.wasm.engine.CompiledModule;
import dev.polder.wasm.engine.WasmEngine;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A component, compiled: decoded, validated, its core modules turned into machine code, and everything that can be
 * decided without a host decided. Immutable, for any thread; needs no closing, but may be. Source: component-model, Binary and
 * Explainer.
 */
public final class Component {

    /** Where a validator says that the fault is. */
    private static final Pattern OFFSET = Pattern.compile(" ?\\(at offset 0x([0-9a-f]{1,7})\\)");

    private final WasmEngine engine;
    private final Digest digest;
    private final Plan plan;
    private final List<CompiledModule> hostModules;
    private final Map<String, byte[]> custom;
    private final boolean validated;
    private final List<CompiledModule> compiled;
    private final AtomicBoolean closed = new AtomicBoolean();

    private Component(
            WasmEngine engine,
            Digest digest,
            Plan plan,
            List<CompiledModule> hostModules,
            List<CompiledModule> compiled,
            Map<String, byte[]> custom,
            boolean validated) {
        this.engine = engine;
        this.digest = digest;
        this.plan = plan;
        this.hostModules = hostModules;
        this.compiled = compiled;
        this.custom = custom;
        this.validated = validated;
    }

    /** Compiles with the default limits. */
    public static Component compile(WasmEngine engine, byte[] bytes, Digest digest, CompileListener listener) {
        return compile(engine, bytes, digest, listener, ComponentLimits.DEFAULT);
    }

    /**
     * Compiles a component. Each core module goes through the engine's cache by its own digest, so those that components
     * share are compiled once.
     *
     * @param bytes the binary form; must not be changed meanwhile, and is not kept
     * @param digest the SHA-256 of {@code bytes}
     * @param listener is told of each core module in turn
     * @throws dev.polder.kernel.model.Problem INVALID with the offset when it breaks a rule of the format, TOO_LARGE when
     *     it passes a limit, UNSUPPORTED with the name of what it needs and this build does not run
     */
    public static Component compile(
            WasmEngine engine, byte[] bytes, Digest digest, CompileListener listener, ComponentLimits limits) {
        return compose(engine, bytes, digest, List.of(), listener, limits);
    }

    /**
     * Compiles a component together with others that satisfy imports of it; what comes out exports what it does. Each is an
     * instance of its own, and none can reach the memory of another.
     *
     * @param bytes the binary form of the one that is served
     * @param digest of {@code bytes}
     * @throws dev.polder.kernel.model.Problem as {@link #compile}; INVALID too when an export is not there or does not fit
     *     the import
     */
    public static Component compose(
            WasmEngine engine,
            byte[] bytes,
            Digest digest,
            List<ComponentPart> parts,
            CompileListener listener,
            ComponentLimits limits) {
        return compose(engine, bytes, digest, parts, listener, limits, true);
    }

    /**
     * Makes once more what {@link #compose} made of the same bytes, engine and limits, which is trusted to hold: the engine
     * does not validate it again.
     */
    public static Component recompose(
            WasmEngine engine, byte[] bytes, Digest digest, List<ComponentPart> parts, ComponentLimits limits) {
        return compose(engine, bytes, digest, parts, CompileListener.NONE, limits, false);
    }

    private static Component compose(
            WasmEngine engine,
            byte[] bytes,
            Digest digest,
            List<ComponentPart> parts,
            CompileListener listener,
            ComponentLimits limits,
            boolean validate) {
        ComponentBody body = Decoder.decode(bytes, limits);
        List<Planner.Part> decoded = parts.stream()
                .map(part -> new Planner.Part(part, of(part, () -> Decoder.decode(part.bytes(), limits))))
                .toList();
        // Planned with modules as they are asked for: a component that is refused compiles no more than it has to.
        List<CompiledModule> compiled = new ArrayList<>();
        Plan plan = Planner.plan(body, decoded, limits, module -> {
            CompiledModule made = engine.compile(module.bytes(), module.digest(), listener);
            compiled.add(made);
            return made;
        });
        boolean validated = validate && validate(engine, bytes);
        for (ComponentPart part : parts) {
            validated &= validate && of(part, () -> validate(engine, part.bytes()));
        }
        return new Component(
                engine, digest, plan, Linked.hostModules(engine, plan), compiled, body.custom(), validated);
    }

    /** What is left of it when nothing is left of its code. */
    Component withoutCode() {
        return new Component(engine, digest, plan.withModules(List.of()), List.of(), List.of(), custom, validated);
    }

    /** With code that the engine kept. */
    Component withCode(List<CompiledModule> modules, List<CompiledModule> hosts) {
        Plan again = plan.withModules(List.copyOf(modules));
        return new Component(engine, digest, again, hosts, again.modules(), custom, validated);
    }

    Optional<DormantComponent> dormant(Linked linked, Map<Class<?>, ExportBinding<?>> bindings) {
        return DormantComponent.of(this, hostModules, linked.resolved(), bindings);
    }

    Plan plan() {
        return plan;
    }

    /**
     * Writes a component together with others that satisfy imports of it as one component of the same exports, which any
     * host runs. What a part is not granted is written into it.
     *
     * @param engine validates what comes out, where it knows components; else whoever runs it does
     * @throws dev.polder.kernel.model.Problem as {@link #compose}
     */
    public static byte[] composed(WasmEngine engine, byte[] bytes, List<ComponentPart> parts, ComponentLimits limits) {
        byte[] composed = Composer.compose(bytes, parts, limits);
        var _ = validate(engine, composed);
        return composed;
    }

    private static boolean validate(WasmEngine engine, byte[] bytes) {
        Hollow hollow = Hollow.of(bytes);
        try {
            return engine.validateComponent(hollow.bytes());
        } catch (Problem e) {
            Matcher matcher = OFFSET.matcher(e.detail());
            if (e.code() != Problem.Code.INVALID || !matcher.find()) {
                throw e;
            }
            int offset = hollow.origin(Integer.parseInt(matcher.group(1), 16));
            throw Refusal.invalid(offset, matcher.replaceFirst("") + " (expected: a valid component)");
        }
    }

    private static <T> T of(ComponentPart part, Supplier<T> work) {
        try {
            return work.get();
        } catch (Problem e) {
            throw e.reworded(e.code(), part.name() + ": " + e.getMessage());
        }
    }

    /**
     * The bytes of the core modules in a component, nested components included, in the order of the binary form.
     *
     * @throws dev.polder.kernel.model.Problem as {@link #compile}
     */
    public static List<byte[]> coreModules(byte[] bytes) {
        List<byte[]> modules = new ArrayList<>();
        collect(Decoder.decode(bytes, ComponentLimits.DEFAULT), modules);
        return modules;
    }

    /**
     * What a component exports, by name and in the order of the binary form; nothing is compiled.
     *
     * @throws dev.polder.kernel.model.Problem as {@link #compile}
     */
    public static List<String> exportNames(byte[] bytes) {
        List<String> names = new ArrayList<>();
        for (Definition definition :
                Decoder.decode(bytes, ComponentLimits.DEFAULT).definitions()) {
            if (definition instanceof Definition.Export export) {
                names.add(export.name());
            }
        }
        return names;
    }

    /**
     * What a component imports, by name and in the order of the binary form; nothing is compiled.
     *
     * @throws dev.polder.kernel.model.Problem as {@link #compile}
     */
    public static List<String> importNames(byte[] bytes) {
        return importNames(bytes, ExternDesc.class);
    }

    /**
     * The interfaces among what a component imports.
     *
     * @throws dev.polder.kernel.model.Problem as {@link #compile}
     */
    public static List<String> importedInterfaces(byte[] bytes) {
        return importNames(bytes, ExternDesc.Instance.class);
    }

    private static List<String> importNames(byte[] bytes, Class<? extends ExternDesc> kind) {
        List<String> names = new ArrayList<>();
        for (Definition definition :
                Decoder.decode(bytes, ComponentLimits.DEFAULT).definitions()) {
            if (definition instanceof Definition.Import wanted && kind.isInstance(wanted.description())) {
                names.add(wanted.name());
            }
        }
        return names;
    }

    private static void collect(ComponentBody body, List<byte[]> modules) {
        for (Definition definition : body.definitions()) {
            switch (definition) {
                case Definition.Module module -> modules.add(module.module().bytes());
                case Definition.Nested nested -> collect(nested.component(), modules);
                default -> {}
            }
        }
    }

    /** Gives back the modules that were compiled for it; by whoever knows that nothing that was linked of it is used. */
    public void close() {
        if (closed.compareAndSet(false, true)) {
            compiled.forEach(CompiledModule::release);
            hostModules.forEach(CompiledModule::release);
        }
    }

    public WasmEngine engine() {
        return engine;
    }

    /** The SHA-256 of its bytes. */
    public Digest digest() {
        return digest;
    }

    /** Whether the engine validated all of it for this object, or only what instantiation relies on was checked. */
    public boolean isValidated() {
        return validated;
    }

    /** The core modules that an instance is made of. */
    public List<CompiledModule> modules() {
        return plan.modules();
    }

    /** What it needs, by interface in its own order. */
    public List<ComponentInterface> imports() {
        List<ComponentInterface> list = new ArrayList<>();
        plan.imports()
                .forEach((name, i) ->
                        list.add(new ComponentInterface(name, i.implemented(), i.functions(), i.resources())));
        return list;
    }

    /** What it offers, by interface in its own order. */
    public List<ComponentInterface> exports() {
        List<ComponentInterface> list = new ArrayList<>();
        plan.exports().forEach((name, e) -> list.add(new ComponentInterface(name, name, e.types(), e.resources())));
        return list;
    }

    /** The content of its last custom section {@code producers} or {@code component-name}; others are not kept. */
    public Optional<byte[]> customSection(String name) {
        return Optional.ofNullable(custom.get(name)).map(byte[]::clone);
    }

    /**
     * Resolves its imports once, so that a new instance is cheap. An import is satisfied by an interface of the same name
     * and semver track (0.2.x, 1.x; a pre-release only by itself). What no core module is given may be missing.
     *
     * @throws dev.polder.kernel.model.Problem INVALID naming every interface and function that is missing, or a Java
     *     method that does not fit
     */
    public LinkedComponent link(List<HostInterface> hosts) {
        return new LinkedComponent(this, Linked.of(engine, plan, hostModules, hosts));
    }
}
