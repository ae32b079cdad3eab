package dev.polder.wasm.wasi.p2.http;

import dev.polder.wasm.component.Wit;

/** What a guest exports that serves HTTP. */
@Wit("wasi:http/incoming-handler@0.2.0")
public interface IncomingHandler {

    /** Handles one request; returns when the guest is done with it, body and all. */
    @Wit("handle")
    void handle(IncomingRequest request, ResponseOutparam responseOut);
}
