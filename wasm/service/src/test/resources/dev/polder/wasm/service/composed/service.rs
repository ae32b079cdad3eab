//! Imports `test:counting/counters`, and shows by HTTP what comes of it.

#[allow(warnings)]
mod bindings;

use bindings::test::counting::counters::{self, Counter};
use wasip2::exports::http::incoming_handler::Guest;
use wasip2::http::types::*;

struct Service;

wasip2::http::proxy::export!(Service with_types_in wasip2);

impl Guest for Service {
    fn handle(request: IncomingRequest, out: ResponseOutparam) {
        let path = request.path_with_query().unwrap_or_default();
        let text = match path.as_str() {
            "/merge" => {
                let taken = Counter::new(1);
                taken.add(2);
                let seen = Counter::new(10);
                let merged = counters::merge(taken, &seen);
                format!("{}, {}", merged.describe(), seen.describe())
            }
            "/measure" => {
                let body = request.consume().unwrap();
                format!("{}", counters::measure(body.stream().unwrap()))
            }
            "/look" => format!("{:?}", counters::look("NAME")),
            "/own" => std::env::var("NAME").unwrap_or_default(),
            _ => counters::fetch("example.com"),
        };
        let response = OutgoingResponse::new(Fields::new());
        let body = response.body().unwrap();
        ResponseOutparam::set(out, Ok(response));
        let stream = body.write().unwrap();
        stream.blocking_write_and_flush(text.as_bytes()).unwrap();
        drop(stream);
        OutgoingBody::finish(body, None).unwrap();
    }
}
