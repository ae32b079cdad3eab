// A service of wasi:http, by the bare interfaces, so that what they do is seen.
use wasip2::http::outgoing_handler;
use wasip2::http::types::*;
use wasip2::io::streams::StreamError;

struct Service;

wasip2::http::proxy::export!(Service);

impl wasip2::exports::http::incoming_handler::Guest for Service {
    fn handle(request: IncomingRequest, out: ResponseOutparam) {
        let path = request.path_with_query().unwrap_or_default();
        let (path, query) = path.split_once('?').unwrap_or((&path, ""));
        match path {
            "/hello" => text(out, 200, b"hello"),
            "/echo" => echo(request, out),
            "/sink" => sink(request, out),
            "/large" => large(query.parse().unwrap(), out),
            "/fetch" => fetch(query, request, out),
            "/nothing" => {}
            "/panic" => panic!("as asked"),
            _ => text(out, 404, b"no such path"),
        }
    }
}

fn start(out: ResponseOutparam, status: u16) -> OutgoingBody {
    let headers = Fields::new();
    headers.append("x-guest", b"rust").unwrap();
    let response = OutgoingResponse::new(headers);
    response.set_status_code(status).unwrap();
    let body = response.body().unwrap();
    ResponseOutparam::set(out, Ok(response));
    body
}

fn write(body: &OutgoingBody, parts: impl Iterator<Item = Vec<u8>>) {
    let stream = body.write().unwrap();
    let ready = stream.subscribe();
    for part in parts {
        let mut left = &part[..];
        while !left.is_empty() {
            ready.block();
            let room = stream.check_write().unwrap() as usize;
            let (now, later) = left.split_at(room.min(left.len()));
            stream.write(now).unwrap();
            left = later;
        }
    }
    stream.blocking_flush().unwrap();
}

fn text(out: ResponseOutparam, status: u16, text: &[u8]) {
    let body = start(out, status);
    write(&body, std::iter::once(text.to_vec()));
    OutgoingBody::finish(body, None).unwrap();
}

fn read(body: &IncomingBody) -> impl Iterator<Item = Vec<u8>> {
    let stream = body.stream().unwrap();
    std::iter::from_fn(move || match stream.blocking_read(64 * 1024) {
        Ok(bytes) => Some(bytes),
        Err(StreamError::Closed) => None,
        Err(StreamError::LastOperationFailed(e)) => panic!("{}", e.to_debug_string()),
    })
}

fn echo(request: IncomingRequest, out: ResponseOutparam) {
    let incoming = request.consume().unwrap();
    let body = start(out, 200);
    write(&body, read(&incoming));
    let future = IncomingBody::finish(incoming);
    future.subscribe().block();
    let trailers = future.get().unwrap().unwrap().unwrap();
    OutgoingBody::finish(body, trailers.map(|t| t.clone())).unwrap();
}

fn sink(request: IncomingRequest, out: ResponseOutparam) {
    let incoming = request.consume().unwrap();
    let total: usize = read(&incoming).map(|part| part.len()).sum();
    text(out, 200, total.to_string().as_bytes());
}

fn large(total: usize, out: ResponseOutparam) {
    let body = start(out, 200);
    let part = vec![b'x'; 64 * 1024];
    write(&body, (0..total.div_ceil(part.len())).map(|i| part[..part.len().min(total - i * part.len())].to_vec()));
    OutgoingBody::finish(body, None).unwrap();
}

// Sends the request's body to the authority in the query, and gives back what comes.
fn fetch(authority: &str, request: IncomingRequest, out: ResponseOutparam) {
    let sent = OutgoingRequest::new(Fields::new());
    sent.set_method(&Method::Post).unwrap();
    sent.set_scheme(Some(&Scheme::Http)).unwrap();
    sent.set_authority(Some(authority)).unwrap();
    sent.set_path_with_query(Some("/upper?x=1")).unwrap();
    let outgoing = sent.body().unwrap();
    let future = match outgoing_handler::handle(sent, None) {
        Ok(future) => future,
        Err(code) => return text(out, 502, format!("{code:?}").as_bytes()),
    };
    let incoming = request.consume().unwrap();
    write(&outgoing, read(&incoming));
    OutgoingBody::finish(outgoing, None).unwrap();
    future.subscribe().block();
    match future.get().unwrap().unwrap() {
        Ok(response) => {
            let got = response.consume().unwrap();
            let body = start(out, response.status());
            write(&body, read(&got));
            OutgoingBody::finish(body, None).unwrap();
        }
        Err(code) => text(out, 502, format!("{code:?}").as_bytes()),
    }
}
