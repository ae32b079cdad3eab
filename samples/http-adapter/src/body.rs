//! A body that comes in: of the request, as the program's standard input, or of a response to one of its own requests.

use wasip2::http::types::IncomingBody;
use wasip2::io::streams::{InputStream, StreamError};

pub struct Body {
    stream: Option<InputStream>,
    body: Option<IncomingBody>,
}

impl Body {
    pub fn of(body: Option<IncomingBody>) -> Body {
        let stream = body.as_ref().and_then(|body| body.stream().ok());
        Body { stream, body }
    }

    /// Waits for at most so many bytes; none at the end.
    pub fn read(&mut self, most: u64) -> Result<Vec<u8>, String> {
        let Some(stream) = &self.stream else {
            return Ok(Vec::new());
        };
        loop {
            match stream.blocking_read(most) {
                Ok(bytes) if bytes.is_empty() && most > 0 => {}
                Ok(bytes) => return Ok(bytes),
                Err(StreamError::Closed) => {
                    self.stream = None;
                    return Ok(Vec::new());
                }
                Err(StreamError::LastOperationFailed(error)) => {
                    self.stream = None;
                    return Err(error.to_debug_string());
                }
            }
        }
    }

    pub fn end(self) {
        drop(self.stream);
        drop(self.body.map(IncomingBody::finish));
    }
}
