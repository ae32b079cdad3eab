//! An HTTP service as a WebAssembly component: it exports `wasi:http/incoming-handler`.

use wasip2::exports::http::incoming_handler::Guest;
use wasip2::http::types::{
    Fields, IncomingBody, IncomingRequest, Method, OutgoingBody, OutgoingResponse, ResponseOutparam,
};
use wasip2::io::streams::{OutputStream, StreamError};

mod answer;

struct Service;

wasip2::http::proxy::export!(Service with_types_in wasip2);

impl Guest for Service {
    fn handle(request: IncomingRequest, out: ResponseOutparam) {
        if matches!(request.method(), Method::Post) {
            return echo(request, out);
        }
        let target = request.path_with_query().unwrap_or_default();
        let answer = answer::to(&target, |name| std::env::var(name).unwrap_or_default());
        respond(out, answer.status, answer.content_type, |stream| {
            send(stream, answer.body.as_bytes())
        });
    }
}

/// Sends the posted body back while it arrives; neither side is held in memory.
fn echo(request: IncomingRequest, out: ResponseOutparam) {
    let types = request.headers().get("content-type");
    let kind = types
        .into_iter()
        .next()
        .and_then(|value| String::from_utf8(value).ok());
    let body = request.consume().expect("the body is taken once");
    respond(
        out,
        200,
        kind.as_deref().unwrap_or("application/octet-stream"),
        |stream| {
            let incoming = body.stream().expect("the stream is taken once");
            loop {
                match stream.blocking_splice(&incoming, 64 * 1024) {
                    Ok(_) => {}
                    Err(StreamError::Closed) => return Ok(()),
                    Err(failed) => return Err(failed),
                }
            }
        },
    );
    IncomingBody::finish(body);
}

/// Sends the head of the response at once, then what `write` writes.
fn respond(
    out: ResponseOutparam,
    status: u16,
    content_type: &str,
    write: impl FnOnce(&OutputStream) -> Result<(), StreamError>,
) {
    let headers = Fields::new();
    headers
        .set("content-type", &[content_type.as_bytes().to_vec()])
        .expect("content-type may be set");
    let response = OutgoingResponse::new(headers);
    response
        .set_status_code(status)
        .expect("a status code of three digits");
    let body = response.body().expect("the body is taken once");
    ResponseOutparam::set(out, Ok(response));
    let stream = body.write().expect("the stream is taken once");
    let written = write(&stream);
    drop(stream);
    // A body that ends early is dropped unfinished: the client sees a broken response, not a short one.
    match written {
        Ok(()) => {
            OutgoingBody::finish(body, None).unwrap_or_else(|error| eprintln!("finish: {error}"))
        }
        Err(error) => eprintln!("the response ended early: {error}"),
    }
}

fn send(stream: &OutputStream, bytes: &[u8]) -> Result<(), StreamError> {
    for chunk in bytes.chunks(4096) {
        stream.blocking_write_and_flush(chunk)?;
    }
    Ok(())
}
