//! Exports `test:counting/counters`; `bindings.rs` is what wit-bindgen 0.57 makes of `counting.wit`.

#[allow(warnings)]
mod bindings;

use bindings::exports::test::counting::counters::{
    Counter, CounterBorrow, Guest, GuestCounter, InputStream,
};
use std::cell::Cell;
use wasip2::http::outgoing_handler;
use wasip2::http::types::{Fields, OutgoingRequest};
use wasip2::io::streams::StreamError;

struct Provider;

struct Count(Cell<u32>);

impl GuestCounter for Count {
    fn new(start: u32) -> Self {
        Count(Cell::new(start))
    }

    fn add(&self, n: u32) -> u32 {
        self.0.set(self.0.get() + n);
        self.0.get()
    }

    fn describe(&self) -> String {
        format!("counter at {}", self.0.get())
    }
}

impl Guest for Provider {
    type Counter = Count;

    fn merge(taken: Counter, seen: CounterBorrow<'_>) -> Counter {
        let seen = seen.get::<Count>().0.get();
        Counter::new(Count(Cell::new(taken.into_inner::<Count>().0.get() + seen)))
    }

    fn measure(source: InputStream) -> u64 {
        let mut total = 0;
        loop {
            match source.blocking_read(64 * 1024) {
                Ok(bytes) => total += bytes.len() as u64,
                Err(StreamError::Closed) => return total,
                Err(failed) => panic!("{failed}"),
            }
        }
    }

    fn look(name: String) -> (String, u32) {
        let folders = wasip2::filesystem::preopens::get_directories().len();
        (std::env::var(name).unwrap_or("nothing".into()), folders as u32)
    }

    fn fetch(authority: String) -> String {
        let request = OutgoingRequest::new(Fields::new());
        request.set_authority(Some(&authority)).unwrap();
        match outgoing_handler::handle(request, None) {
            // What is not allowed is known at once.
            Ok(future) => match future.get() {
                Some(Ok(Err(code))) => format!("{code:?}"),
                _ => "sent".into(),
            },
            Err(code) => format!("{code:?}"),
        }
    }
}

bindings::export!(Provider with_types_in bindings);
