//! The response, which the program writes as CGI has it (RFC 3875 section 6): header lines, an empty line, the body.

use wasip2::http::types::{Fields, OutgoingBody, OutgoingResponse, ResponseOutparam};
use wasip2::io::streams::{OutputStream, StreamError};

use crate::internal;

const MOST_HEAD: usize = 64 * 1024;

pub enum Response {
    /// The head is not complete yet.
    Head(ResponseOutparam, Vec<u8>),
    Body(OutputStream, OutgoingBody),
    /// Nobody reads it, or it was told that the head is wrong.
    Lost,
}

impl Response {
    pub fn to(out: ResponseOutparam) -> Response {
        Response::Head(out, Vec::new())
    }

    /// Takes all of it, as fast as the client does.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), String> {
        match std::mem::replace(self, Response::Lost) {
            Response::Head(out, mut head) => {
                let before = head.len();
                head.extend_from_slice(bytes);
                let Some((length, begin)) = end_of_head(&head, before) else {
                    if head.len() > MOST_HEAD {
                        return refuse(
                            out,
                            format!("its headers are longer than {MOST_HEAD} bytes"),
                        );
                    }
                    *self = Response::Head(out, head);
                    return Ok(());
                };
                let response = match respond(&head[..length]) {
                    Ok(response) => response,
                    Err(wrong) => return refuse(out, wrong),
                };
                let body = response.body().expect("the body is taken once");
                ResponseOutparam::set(out, Ok(response));
                let stream = body.write().expect("the stream is taken once");
                *self = Response::Body(stream, body);
                self.write(&head[begin..])
            }
            Response::Body(stream, body) => {
                send(&stream, bytes)
                    .map_err(|error| format!("the response ended early: {error}"))?;
                *self = Response::Body(stream, body);
                Ok(())
            }
            Response::Lost => Err("nobody reads the response".to_string()),
        }
    }

    pub fn end(self) {
        match self {
            Response::Head(out, head) => {
                let shown = String::from_utf8_lossy(&head[..head.len().min(120)]).into_owned();
                let why = if head.is_empty() {
                    "it wrote nothing to its standard output (expected: header lines, an empty line, the body)".into()
                } else {
                    format!("no empty line after its headers, which begin with {shown:?}")
                };
                let _ = refuse(out, why);
            }
            Response::Body(stream, body) => {
                let flushed = stream.blocking_flush();
                drop(stream);
                // A body that ends early is dropped unfinished: the client sees a broken response, not a short one.
                if flushed.is_ok() {
                    OutgoingBody::finish(body, None)
                        .unwrap_or_else(|error| eprintln!("finish: {error}"));
                }
            }
            Response::Lost => {}
        }
    }
}

fn refuse(out: ResponseOutparam, why: String) -> Result<(), String> {
    ResponseOutparam::set(out, Err(internal(why.clone())));
    Err(why)
}

pub fn send(stream: &OutputStream, mut bytes: &[u8]) -> Result<(), StreamError> {
    while !bytes.is_empty() {
        let room = stream.check_write()?;
        if room == 0 {
            stream.subscribe().block();
            continue;
        }
        let (now, later) =
            bytes.split_at(bytes.len().min(usize::try_from(room).unwrap_or(usize::MAX)));
        stream.write(now)?;
        bytes = later;
    }
    stream.flush()
}

/// Where the head ends and the body begins; looks no further back than what was not seen before.
fn end_of_head(head: &[u8], before: usize) -> Option<(usize, usize)> {
    let mut line = head[..before]
        .iter()
        .rposition(|&b| b == b'\n')
        .map_or(0, |at| at + 1);
    while let Some(length) = head[line..].iter().position(|&b| b == b'\n') {
        if matches!(&head[line..line + length], b"" | b"\r") {
            return Some((line, line + length + 1));
        }
        line += length + 1;
    }
    None
}

fn respond(head: &[u8]) -> Result<OutgoingResponse, String> {
    let headers = Fields::new();
    let (mut status, mut location, mut kind) = (None, false, false);
    for (at, line) in head
        .split(|&b| b == b'\n')
        .enumerate()
        .filter(|(_, line)| !line.is_empty())
    {
        let number = at + 1;
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let colon = line.iter().position(|&b| b == b':').ok_or_else(|| {
            let shown = String::from_utf8_lossy(&line[..line.len().min(120)]).into_owned();
            format!("line {number} is no header field: {shown:?} (expected: Name: value)")
        })?;
        let name = String::from_utf8_lossy(&line[..colon]).to_ascii_lowercase();
        let value = line[colon + 1..].trim_ascii();
        match name.as_str() {
            "status" => status = Some(code(value, number)?),
            // The server decides how the body is sent.
            "content-length" | "connection" | "transfer-encoding" | "keep-alive" | "upgrade"
            | "te" | "trailer" | "proxy-connection" | "proxy-authenticate" => {}
            _ => {
                location |= name == "location";
                kind |= name == "content-type";
                headers
                    .append(&name, value)
                    .map_err(|error| format!("line {number}: header {name:?}: {error}"))?;
            }
        }
    }
    let status = match status {
        Some(status) => status,
        None if location => 302,
        None if kind => 200,
        None => {
            return Err(
                "its headers hold neither Content-Type nor Location nor Status \
                (expected: one of them, RFC 3875 section 6.2)"
                    .into(),
            )
        }
    };
    let response = OutgoingResponse::new(headers);
    response
        .set_status_code(status)
        .map_err(|()| format!("Status {status} cannot be sent"))?;
    Ok(response)
}

fn code(value: &[u8], line: usize) -> Result<u16, String> {
    let text = String::from_utf8_lossy(value);
    let digits = text.split(' ').next().unwrap_or_default();
    digits
        .parse()
        .ok()
        .filter(|code| digits.len() == 3 && (200..600).contains(code))
        .ok_or_else(|| {
            format!("line {line}: Status {text:?} (expected: 200 to 599, then a reason)")
        })
}
