//! Says who it is, echoes, and calls others: `/who`, `/echo`, `/call?HOST/PATH` (`-` for no host), `/loop`.

use wasip2::exports::http::incoming_handler::Guest;
use wasip2::http::outgoing_handler;
use wasip2::http::types::*;
use wasip2::io::streams::{InputStream, OutputStream, StreamError};

struct Chain;

wasip2::http::proxy::export!(Chain with_types_in wasip2);

impl Guest for Chain {
    fn handle(request: IncomingRequest, out: ResponseOutparam) {
        let path = header(&request, "spin-path-info");
        let target = request.path_with_query().unwrap_or_default();
        match path.as_str() {
            "/who" => {
                let name = std::env::var("NAME").unwrap_or_default();
                let url = header(&request, "spin-full-url");
                text(out, 200, &format!("{name} {url}"))
            }
            "/echo" => {
                // whole before the answer: its caller reads nothing until it has sent all
                let body = request.consume().unwrap();
                let stream = body.stream().unwrap();
                let mut all = Vec::new();
                while let Ok(part) = stream.blocking_read(64 * 1024) {
                    all.extend(part);
                }
                answer(out, 200, |to| {
                    for part in all.chunks(4096) {
                        to.blocking_write_and_flush(part).unwrap();
                    }
                });
            }
            "/call" => {
                let (_, query) = target.split_once('?').unwrap();
                let (host, path) = query.split_once('/').unwrap();
                call(request, host, &format!("/{path}"), out)
            }
            "/loop" => call(request, "self.alt", &target, out),
            _ => text(out, 404, "no such path"),
        }
    }
}

fn call(request: IncomingRequest, host: &str, path: &str, out: ResponseOutparam) {
    let sent = OutgoingRequest::new(Fields::new());
    sent.set_method(&request.method()).unwrap();
    if host != "-" {
        sent.set_scheme(Some(&Scheme::Http)).unwrap();
        sent.set_authority(Some(host)).unwrap();
    }
    sent.set_path_with_query(Some(path)).unwrap();
    let outgoing = sent.body().unwrap();
    let future = match outgoing_handler::handle(sent, None) {
        Ok(future) => future,
        Err(code) => return text(out, 502, &format!("refused: {code:?}")),
    };
    let incoming = request.consume().unwrap();
    let from = incoming.stream().unwrap();
    let to = outgoing.write().unwrap();
    copy(&from, &to);
    drop(to);
    OutgoingBody::finish(outgoing, None).unwrap();
    future.subscribe().block();
    match future.get().unwrap().unwrap() {
        Ok(response) => {
            let got = response.consume().unwrap();
            let stream = got.stream().unwrap();
            answer(out, response.status(), |to| copy(&stream, to));
        }
        Err(code) => text(out, 502, &format!("failed: {code:?}")),
    }
}

fn copy(from: &InputStream, to: &OutputStream) {
    loop {
        match to.blocking_splice(from, 64 * 1024) {
            Ok(_) => {}
            Err(StreamError::Closed) => return,
            Err(StreamError::LastOperationFailed(e)) => panic!("{}", e.to_debug_string()),
        }
    }
}

fn header(request: &IncomingRequest, name: &str) -> String {
    let values = request.headers().get(name);
    values
        .into_iter()
        .next()
        .map(|value| String::from_utf8(value).unwrap())
        .unwrap_or_default()
}

fn text(out: ResponseOutparam, status: u16, text: &str) {
    answer(out, status, |to| {
        to.blocking_write_and_flush(text.as_bytes()).unwrap()
    });
}

fn answer(out: ResponseOutparam, status: u16, write: impl FnOnce(&OutputStream)) {
    let response = OutgoingResponse::new(Fields::new());
    response.set_status_code(status).unwrap();
    let body = response.body().unwrap();
    ResponseOutparam::set(out, Ok(response));
    let stream = body.write().unwrap();
    write(&stream);
    drop(stream);
    OutgoingBody::finish(body, None).unwrap();
}
