package dev.polder.wasm.component.internal.abi;

import dev.polder.wasm.component.ValType;
import dev.polder.wasm.component.ValType.Primitive;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Makes codecs; one for each type object. */
final class Codecs {

    private final Shapes shapes;
    private final IdentityHashMap<ValType, Codec> known = new IdentityHashMap<>();

    Codecs(Shapes shapes) {
        this.shapes = shapes;
    }

    Codec of(ValType type) {
        Codec codec = known.get(type);
        if (codec == null) {
            codec = make(type, shapes.of(type));
            known.put(type, codec);
        }
        return codec;
    }

    private Codec make(ValType type, Shapes.Shape shape) {
        return switch (type) {
            case Primitive p -> new PrimitiveCodec(p, shape);
            case ValType.ListOf l -> new ListCodec(l.element(), of(l.element()), shape);
            case ValType.RecordOf r ->
                record(
                        r.fields().stream().map(ValType.Field::name).toList(),
                        r.fields().stream().map(ValType.Field::type).toList(),
                        shape);
            case ValType.TupleOf t -> record(null, t.items(), shape);
            case ValType.VariantOf v ->
                variant(
                        VariantCodec.Form.VARIANT,
                        v.cases().stream().map(ValType.Case::name).toList(),
                        Shapes.cases(v),
                        shape);
            case ValType.EnumOf e ->
                new VariantCodec(
                        VariantCodec.Form.ENUM, e.names(), new Codec[e.names().size()], 0, shape);
            case ValType.OptionOf o ->
                variant(VariantCodec.Form.OPTION, List.of("none", "some"), Shapes.cases(o), shape);
            case ValType.ResultOf r ->
                variant(VariantCodec.Form.RESULT, List.of("ok", "error"), Shapes.cases(r), shape);
            case ValType.FlagsOf f -> new FlagsCodec(f.names(), shape);
            case ValType.Own o -> new HandleCodec(o.resource(), true, shape);
            case ValType.Borrow b -> new HandleCodec(b.resource(), false, shape);
            case ValType.StreamOf s -> throw Shapes.unsupported("stream");
            case ValType.FutureOf f -> throw Shapes.unsupported("future");
        };
    }

    RecordCodec record(@Nullable List<String> names, List<ValType> types, Shapes.Shape shape) {
        List<Codec> fields = new ArrayList<>(types.size());
        types.forEach(t -> fields.add(of(t)));
        return new RecordCodec(names, fields.toArray(Codec[]::new), shapes.offsets(types), shape);
    }

    private VariantCodec variant(
            VariantCodec.Form form, List<String> names, List<Optional<ValType>> types, Shapes.Shape shape) {
        @Nullable Codec[] cases = new Codec[types.size()];
        for (int i = 0; i < cases.length; i++) {
            cases[i] = types.get(i).map(this::of).orElse(null);
        }
        return new VariantCodec(form, names, cases, shapes.payloadOffset(types), shape);
    }
}
