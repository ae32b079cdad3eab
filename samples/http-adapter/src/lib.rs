//! Makes a `wasi:http` component of a module for WASI 0.1 that exports `serve` and speaks CGI: the environment and standard
//! input are the request, standard output is the response, and both bodies stream.
//!
//! The adapter is a module beside the program, with a memory of its own, so that it works with every compiler: it needs
//! nothing of the program's memory, and copies into it only what the program asked for. `link.wat` joins the two.

use std::sync::Mutex;

use wasip2::exports::http::incoming_handler::Guest;
use wasip2::http::types::{ErrorCode, IncomingRequest, ResponseOutparam};

mod body;
mod environment;
mod math;
mod outgoing;
mod preview1;
mod program;
mod response;

use body::Body;
use outgoing::Outgoing;
use response::Response;

struct Adapter;

wasip2::http::proxy::export!(Adapter with_types_in wasip2);

/// The request that is under way. The program's calls come while `handle` runs, one at a time.
static CURRENT: Mutex<Option<Exchange>> = Mutex::new(None);

struct Exchange {
    environment: Vec<Vec<u8>>,
    body: Body,
    response: Response,
    /// The program's own requests; the number of each is its place, and closed ones are `None`.
    outgoing: Vec<Option<Outgoing>>,
    _request: IncomingRequest,
}

impl Guest for Adapter {
    fn handle(request: IncomingRequest, out: ResponseOutparam) {
        let environment = environment::of(&request);
        let body = Body::of(request.consume().ok());
        let response = Response::to(out);
        put(Some(Exchange {
            environment,
            body,
            response,
            outgoing: Vec::new(),
            _request: request,
        }));
        program::serve();
        end();
    }
}

/// Finishes the response; a response that was not begun becomes an error that says so.
fn end() {
    if let Some(exchange) = put(None) {
        exchange.response.end();
        exchange.body.end();
    }
}

fn put(next: Option<Exchange>) -> Option<Exchange> {
    std::mem::replace(&mut CURRENT.lock().expect("one thread"), next)
}

/// What the program asks for in its request; `None` outside of one.
fn within<T>(ask: impl FnOnce(&mut Exchange) -> T) -> Option<T> {
    CURRENT.lock().expect("one thread").as_mut().map(ask)
}

fn internal(what: String) -> ErrorCode {
    ErrorCode::InternalError(Some(what))
}
