package dev.polder.wasm.component.internal.abi;

import dev.polder.wasm.component.FuncType;
import dev.polder.wasm.engine.FunctionType;
import dev.polder.wasm.engine.ValueType;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A core module whose export {@code run} hands its arguments to the import {@code host.f}, and gives back its result. */
final class PassThrough {

    private PassThrough() {}

    static String module(FuncType type) {
        FunctionType lowered = CanonicalAbi.loweredType(type);
        FunctionType lifted = CanonicalAbi.liftedType(type);
        boolean spills = lowered.params().size() > lifted.params().size();
        String args = IntStream.range(0, lifted.params().size())
                .mapToObj(i -> "(local.get " + i + ")")
                .collect(Collectors.joining(" "));
        return "(module (import \"host\" \"f\" (func $f " + list("param", lowered.params())
                + list("result", lowered.results()) + "))\n" + Rig.ALLOCATOR
                + "(global $posts (export \"posts\") (mut i32) (i32.const 0))\n"
                + "(func (export \"post\") " + list("param", lifted.results())
                + " (global.set $posts (i32.add (global.get $posts) (i32.const 1))))\n"
                + "(func (export \"run\") " + list("param", lifted.params()) + list("result", lifted.results())
                + (spills
                        ? "(local $ret i32) (local.set $ret (call $realloc (i32.const 0) (i32.const 0) (i32.const 8)"
                                + " (i32.const "
                                + new Shapes().of(type.result().orElseThrow()).size() + ")))"
                                + "(call $f " + args + " (local.get $ret)) (local.get $ret)"
                        : "(call $f " + args + ")")
                + "))";
    }

    private static String list(String word, List<ValueType> types) {
        return types.isEmpty()
                ? ""
                : types.stream().map(ValueType::toString).collect(Collectors.joining(" ", "(" + word + " ", ") "));
    }
}
