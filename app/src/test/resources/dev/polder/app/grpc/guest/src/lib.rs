// A service of gRPC over wasi:http, and a client of one: what has the metadata "to" is passed on to that address.
use wasip2::http::outgoing_handler;
use wasip2::http::types::*;
use wasip2::io::streams::{InputStream, OutputStream, StreamError};

struct Service;

wasip2::http::proxy::export!(Service);

impl wasip2::exports::http::incoming_handler::Guest for Service {
    fn handle(request: IncomingRequest, out: ResponseOutparam) {
        if let Some(to) = header(&request.headers(), "to") {
            return forward(&to, request, out);
        }
        let te = header(&request.headers(), "te").unwrap_or_default();
        let path = request.path_with_query().unwrap_or_default();
        let incoming = request.consume().unwrap();
        let input = incoming.stream().unwrap();
        let mut messages = Messages { input: &input, held: Vec::new() };
        match path.as_str() {
            "/polder.Test/Unary" => {
                let message = messages.next().unwrap_or_default();
                let body = start(out, &te);
                let output = body.write().unwrap();
                send(&output, &message);
                drop(output);
                finish(body, "0", "");
            }
            "/polder.Test/Count" => {
                // "N": that many messages, of 1 KiB each
                let count: usize = String::from_utf8(messages.next().unwrap_or_default()).unwrap().parse().unwrap();
                let body = start(out, &te);
                let output = body.write().unwrap();
                for i in 0..count {
                    send(&output, &[i as u8; 1024]);
                }
                drop(output);
                finish(body, "0", "");
            }
            "/polder.Test/Chat" => {
                let body = start(out, &te);
                let output = body.write().unwrap();
                while let Some(message) = messages.next() {
                    send(&output, &message);
                }
                drop(output);
                finish(body, "0", "");
            }
            "/polder.Test/Fail" => finish(start(out, &te), "9", "not%20now"),
            _ => finish(start(out, &te), "12", "no such method"),
        }
        drop(input);
    }
}

fn header(headers: &Fields, name: &str) -> Option<String> {
    headers.get(name).into_iter().next().map(|value| String::from_utf8(value).unwrap())
}

// Messages have a byte that says whether they are compressed and four with their length in front.
struct Messages<'a> {
    input: &'a InputStream,
    held: Vec<u8>,
}

impl Messages<'_> {
    fn next(&mut self) -> Option<Vec<u8>> {
        self.fill(5)?;
        assert_eq!(self.held[0], 0);
        let length = u32::from_be_bytes(self.held[1..5].try_into().unwrap()) as usize;
        self.fill(5 + length)?;
        let rest = self.held.split_off(5 + length);
        let message = std::mem::replace(&mut self.held, rest);
        Some(message[5..].to_vec())
    }

    fn fill(&mut self, size: usize) -> Option<()> {
        while self.held.len() < size {
            match self.input.blocking_read(64 * 1024) {
                Ok(bytes) => self.held.extend(bytes),
                Err(StreamError::Closed) => return None,
                Err(StreamError::LastOperationFailed(e)) => panic!("{}", e.to_debug_string()),
            }
        }
        Some(())
    }
}

fn start(out: ResponseOutparam, te: &str) -> OutgoingBody {
    let headers = Fields::new();
    headers.append("content-type", b"application/grpc").unwrap();
    headers.append("te-was", te.as_bytes()).unwrap();
    let response = OutgoingResponse::new(headers);
    let body = response.body().unwrap();
    ResponseOutparam::set(out, Ok(response));
    body
}

fn send(output: &OutputStream, message: &[u8]) {
    let mut framed = vec![0];
    framed.extend((message.len() as u32).to_be_bytes());
    framed.extend(message);
    write(output, &framed);
}

fn write(output: &OutputStream, bytes: &[u8]) {
    for part in bytes.chunks(4096) {
        output.blocking_write_and_flush(part).unwrap();
    }
}

fn finish(body: OutgoingBody, status: &str, message: &str) {
    let trailers = Fields::new();
    trailers.append("grpc-status", status.as_bytes()).unwrap();
    if !message.is_empty() {
        trailers.append("grpc-message", message.as_bytes()).unwrap();
    }
    OutgoingBody::finish(body, Some(trailers)).unwrap();
}

// Sends the request to "scheme://authority" and gives back what comes: metadata, messages, trailers.
fn forward(to: &str, request: IncomingRequest, out: ResponseOutparam) {
    let (scheme, authority) = to.split_once("://").unwrap();
    let headers = Fields::new();
    headers.append("content-type", b"application/grpc").unwrap();
    headers.append("te", b"trailers").unwrap();
    let sent = OutgoingRequest::new(headers);
    sent.set_method(&Method::Post).unwrap();
    sent.set_scheme(Some(&if scheme == "https" { Scheme::Https } else { Scheme::Http })).unwrap();
    sent.set_authority(Some(authority)).unwrap();
    sent.set_path_with_query(Some(&request.path_with_query().unwrap())).unwrap();
    let outgoing = sent.body().unwrap();
    let future = match outgoing_handler::handle(sent, None) {
        Ok(future) => future,
        Err(code) => return finish(start(out, ""), "14", &format!("{code:?}")),
    };
    let incoming = request.consume().unwrap();
    let input = incoming.stream().unwrap();
    let output = outgoing.write().unwrap();
    // when it breaks, the response says why
    while let Ok(bytes) = input.blocking_read(64 * 1024) {
        if bytes.chunks(4096).any(|part| output.blocking_write_and_flush(part).is_err()) {
            break;
        }
    }
    drop(output);
    drop(input);
    let _ = OutgoingBody::finish(outgoing, None);
    future.subscribe().block();
    let response = match future.get().unwrap().unwrap() {
        Ok(response) => response,
        Err(code) => return finish(start(out, ""), "14", &format!("{code:?}")),
    };
    if let Some(status) = header(&response.headers(), "grpc-status") {
        // an answer without messages has its trailers in front
        let message = header(&response.headers(), "grpc-message").unwrap_or_default();
        return finish(start(out, ""), &status, &message);
    }
    let te = header(&response.headers(), "te-was").unwrap_or_default();
    let got = response.consume().unwrap();
    let body = start(out, &te);
    let output = body.write().unwrap();
    let input = got.stream().unwrap();
    while let Ok(bytes) = input.blocking_read(64 * 1024) {
        write(&output, &bytes);
    }
    drop(output);
    drop(input);
    let future = IncomingBody::finish(got);
    future.subscribe().block();
    let trailers = future.get().unwrap().unwrap().unwrap();
    OutgoingBody::finish(body, trailers.map(|fields| fields.clone())).unwrap();
}
