package dev.polder.mesh.proxy.internal.gateway;

import dev.polder.mesh.config.HttpFilter;
import dev.polder.mesh.proxy.internal.http.Ascii;
import dev.polder.mesh.proxy.internal.http.Head;
import dev.polder.mesh.proxy.internal.http.RequestWriter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The filters of a rule or a backend in the form they are applied in: names and lines as bytes. */
final class Edits {

    static final Edits NONE = new Edits(List.of());

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Line(String name, String value, byte[] nameAndColon, byte[] valueBytes) {
        Line(HttpFilter.Header header) {
            this(header.name(), header.value(), Ascii.bytes(header.name() + ": "), Ascii.bytes(header.value()));
        }
    }

    private final List<byte[]> dropFromRequest = new ArrayList<>();
    private final List<Line> addToRequest = new ArrayList<>();
    private final List<byte[]> dropFromResponse = new ArrayList<>();
    private final List<Line> addToResponse = new ArrayList<>();
    private HttpFilter.@Nullable Redirect redirect;
    private HttpFilter.@Nullable Rewrite rewrite;

    private Edits(List<HttpFilter> filters) {
        for (HttpFilter filter : filters) {
            switch (filter) {
                case HttpFilter.RequestHeaders request -> take(request.edit(), dropFromRequest, addToRequest);
                case HttpFilter.ResponseHeaders response -> take(response.edit(), dropFromResponse, addToResponse);
                case HttpFilter.Redirect found -> redirect = found;
                case HttpFilter.Rewrite found -> rewrite = found;
            }
        }
    }

    static Edits of(List<HttpFilter> filters) {
        return filters.isEmpty() ? NONE : new Edits(filters);
    }

    private static void take(HttpFilter.HeaderEdit edit, List<byte[]> drop, List<Line> add) {
        edit.set().forEach(header -> {
            drop.add(Ascii.bytes(header.name()));
            add.add(new Line(header));
        });
        edit.add().forEach(header -> add.add(new Line(header)));
        edit.remove().forEach(name -> drop.add(Ascii.bytes(name)));
    }

    HttpFilter.@Nullable Redirect redirect() {
        return redirect;
    }

    HttpFilter.@Nullable Rewrite rewrite() {
        return rewrite;
    }

    /** Takes lines out of the request; before it is written. */
    void dropFrom(Head request) {
        for (int i = 0; i < dropFromRequest.size(); i++) {
            request.drop(dropFromRequest.get(i));
        }
    }

    /** Writes the lines that are new in the request. */
    void addTo(RequestWriter out) {
        for (int i = 0; i < addToRequest.size(); i++) {
            Line line = addToRequest.get(i);
            out.line(line.nameAndColon, line.valueBytes, 0, line.valueBytes.length);
        }
    }

    void applyTo(Head response) {
        for (int i = 0; i < dropFromResponse.size(); i++) {
            response.drop(dropFromResponse.get(i));
        }
        for (int i = 0; i < addToResponse.size(); i++) {
            response.add(addToResponse.get(i).name, addToResponse.get(i).value);
        }
    }
}
