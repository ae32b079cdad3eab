//! Requests that the program makes: functions of the module `cgi`, beside those of WASI 0.1. WASI 0.1 has none for it.
//!
//! | function | does |
//! |---|---|
//! | `request_begin(head, length, has_body, to)` | begins one, and stores its number; the head is `METHOD URL`, then a line `Name: value` for each header |
//! | `request_write(number, from, length)` | sends a part of its body |
//! | `request_end(number, to, room, used)` | ends its body, waits for the answer, stores a head: `Status: 200`, then a line for each header |
//! | `response_read(number, to, room, used)` | waits for a part of the answer's body; none at its end |
//! | `response_close(number)` | gives it up |
//!
//! Each returns an errno of WASI 0.1, 0 for success. What went wrong is told by `request_end`, which then stores words.

use wasip2::http::outgoing_handler;
use wasip2::http::types::{
    Fields, FutureIncomingResponse, IncomingResponse, Method, OutgoingBody, OutgoingRequest, Scheme,
};
use wasip2::io::streams::OutputStream;

use crate::body::Body;
use crate::program::{bytes, store, store_u32};
use crate::response::send;
use crate::within;

const SUCCESS: i32 = 0;
const BAD_NUMBER: i32 = 8;
const IO: i32 = 29;
const TOO_MANY: i32 = 33;

/// The most that one call moves.
const MOST: u32 = 64 * 1024;
const MOST_REQUESTS: usize = 1024;

pub enum Outgoing {
    Sending(Option<(OutputStream, OutgoingBody)>, FutureIncomingResponse),
    /// The response outlives its body.
    Answered(Body, #[allow(dead_code)] IncomingResponse),
    Failed(String),
}

impl Outgoing {
    fn begin(head: &[u8], has_body: bool) -> Result<Outgoing, String> {
        let text = std::str::from_utf8(head).map_err(|_| "its head is not UTF-8".to_string())?;
        let mut lines = text.lines();
        let first = lines.next().unwrap_or_default();
        let (method, url) = first
            .split_once(' ')
            .ok_or_else(|| format!("{first:?} (expected: a method and a URL)"))?;
        let (scheme, authority, target) = parts(url)?;
        let headers = Fields::new();
        for line in lines.filter(|line| !line.is_empty()) {
            let (name, value) = line
                .split_once(':')
                .ok_or_else(|| format!("{line:?} (expected: Name: value)"))?;
            headers
                .append(name, value.trim().as_bytes())
                .map_err(|error| format!("header {name:?}: {error}"))?;
        }
        let request = OutgoingRequest::new(headers);
        request
            .set_method(&named(method))
            .and_then(|()| request.set_scheme(Some(&scheme)))
            .and_then(|()| request.set_authority(Some(authority)))
            .and_then(|()| request.set_path_with_query(Some(&target)))
            .map_err(|()| format!("{first:?} cannot be sent"))?;
        let out = has_body.then(|| {
            let body = request.body().expect("the body is taken once");
            (body.write().expect("the stream is taken once"), body)
        });
        let answer = outgoing_handler::handle(request, None)
            .map_err(|error| format!("{url}: {error:?}"))?;
        Ok(Outgoing::Sending(out, answer))
    }

    /// Sends it, as fast as the other side takes it. One that answers without reading is no failure.
    fn write(&mut self, part: &[u8]) -> Result<(), i32> {
        match self {
            Outgoing::Sending(Some((stream, _)), _) => send(stream, part).map_err(|_| IO),
            Outgoing::Failed(_) => Err(IO),
            _ => Err(BAD_NUMBER),
        }
    }

    fn end(&mut self) -> Result<Vec<u8>, String> {
        match std::mem::replace(self, Outgoing::Failed("it was ended before".into())) {
            Outgoing::Sending(out, answer) => {
                if let Some((stream, body)) = out {
                    let flushed = stream.blocking_flush();
                    drop(stream);
                    if flushed.is_ok() {
                        // What the server did with it is in its answer.
                        let _ = OutgoingBody::finish(body, None);
                    }
                }
                answer.subscribe().block();
                let response = match answer.get() {
                    Some(Ok(Ok(response))) => response,
                    Some(Ok(Err(error))) => return Err(format!("{error:?}")),
                    _ => return Err("there is no answer".into()),
                };
                let mut head = format!("Status: {}\n", response.status()).into_bytes();
                for (name, value) in response.headers().entries() {
                    head.extend_from_slice(name.as_bytes());
                    head.extend_from_slice(b": ");
                    head.extend_from_slice(&value);
                    head.push(b'\n');
                }
                *self = Outgoing::Answered(Body::of(response.consume().ok()), response);
                Ok(head)
            }
            Outgoing::Failed(why) => Err(why),
            Outgoing::Answered(..) => Err("it was ended before".into()),
        }
    }
}

fn parts(url: &str) -> Result<(Scheme, &str, String), String> {
    let wrong = || format!("{url:?} (expected: http://HOST/PATH or https://HOST/PATH)");
    let (scheme, rest) = url.split_once("://").ok_or_else(wrong)?;
    let scheme = match scheme {
        "http" => Scheme::Http,
        "https" => Scheme::Https,
        _ => return Err(wrong()),
    };
    let rest = rest.split('#').next().unwrap_or_default();
    let (authority, target) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
    if authority.is_empty() {
        return Err(wrong());
    }
    let slash = if target.starts_with('/') { "" } else { "/" };
    Ok((scheme, authority, format!("{slash}{target}")))
}

fn named(method: &str) -> Method {
    match method {
        "GET" => Method::Get,
        "HEAD" => Method::Head,
        "POST" => Method::Post,
        "PUT" => Method::Put,
        "DELETE" => Method::Delete,
        "CONNECT" => Method::Connect,
        "OPTIONS" => Method::Options,
        "TRACE" => Method::Trace,
        "PATCH" => Method::Patch,
        other => Method::Other(other.into()),
    }
}

#[export_name = "request_begin"]
extern "C" fn request_begin(head: i32, length: i32, has_body: i32, to: i32) -> i32 {
    let outgoing = if length as u32 > MOST {
        Err(format!("its head is longer than {MOST} bytes"))
    } else {
        Outgoing::begin(&bytes(head as u32, length as u32), has_body != 0)
    };
    let outgoing = outgoing.unwrap_or_else(Outgoing::Failed);
    let number = within(|exchange| {
        if exchange.outgoing.len() >= MOST_REQUESTS {
            return Err(TOO_MANY);
        }
        exchange.outgoing.push(Some(outgoing));
        Ok(exchange.outgoing.len() - 1)
    });
    match number {
        Some(Ok(number)) => {
            store_u32(to as u32, number as u32);
            SUCCESS
        }
        Some(Err(errno)) => errno,
        None => BAD_NUMBER,
    }
}

fn numbered<T>(number: i32, act: impl FnOnce(&mut Outgoing) -> T) -> Result<T, i32> {
    within(|exchange| {
        let outgoing = exchange.outgoing.get_mut(number as u32 as usize);
        outgoing.and_then(Option::as_mut).map(act)
    })
    .flatten()
    .ok_or(BAD_NUMBER)
}

#[export_name = "request_write"]
extern "C" fn request_write(number: i32, from: i32, length: i32) -> i32 {
    let mut done = 0;
    while done < length as u32 {
        let part = bytes(from as u32 + done, (length as u32 - done).min(MOST));
        match numbered(number, |outgoing| outgoing.write(&part)) {
            Ok(Ok(())) => done += part.len() as u32,
            Ok(Err(errno)) | Err(errno) => return errno,
        }
    }
    SUCCESS
}

#[export_name = "request_end"]
extern "C" fn request_end(number: i32, to: i32, room: i32, used: i32) -> i32 {
    let (words, errno) = match numbered(number, Outgoing::end) {
        Ok(Ok(head)) if head.len() > room as u32 as usize => (
            format!("the head of the answer has {} bytes", head.len()).into_bytes(),
            IO,
        ),
        Ok(Ok(head)) => (head, SUCCESS),
        Ok(Err(why)) => (why.into_bytes(), IO),
        Err(errno) => return errno,
    };
    let stored = words.len().min(room as u32 as usize);
    store(to as u32, &words[..stored]);
    store_u32(used as u32, stored as u32);
    errno
}

#[export_name = "response_read"]
extern "C" fn response_read(number: i32, to: i32, room: i32, used: i32) -> i32 {
    let read = numbered(number, |outgoing| match outgoing {
        Outgoing::Answered(body, _) => body.read((room as u32).min(MOST).into()).map_err(|why| {
            eprintln!("the answer ended early: {why}");
            IO
        }),
        _ => Err(BAD_NUMBER),
    });
    match read {
        Ok(Ok(part)) => {
            store(to as u32, &part);
            store_u32(used as u32, part.len() as u32);
            SUCCESS
        }
        Ok(Err(errno)) | Err(errno) => errno,
    }
}

#[export_name = "response_close"]
extern "C" fn response_close(number: i32) -> i32 {
    within(|exchange| {
        let outgoing = exchange.outgoing.get_mut(number as u32 as usize);
        outgoing.and_then(Option::take)
    })
    .flatten()
    .map_or(BAD_NUMBER, |_| SUCCESS)
}
