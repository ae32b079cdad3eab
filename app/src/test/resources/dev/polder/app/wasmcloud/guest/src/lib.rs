//! Tells what it was given, one line for each thing, and asks the service of its workload. `/…/publish` publishes a
//! message; the last message that came is kept, and told too. `/…/grow` asks for 48 MiB.

use std::io::{Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::sync::atomic::{AtomicU32, Ordering};

use wasip2::exports::http::incoming_handler::Guest;
use wasip2::http::types::{Fields, IncomingRequest, OutgoingBody, OutgoingResponse, ResponseOutparam};

wit_bindgen::generate!({ world: "workload", generate_all });

use wasi::blobstore::blobstore;
use wasi::config::store as config;
use wasi::keyvalue::store as keyvalue;
use wasi::logging::logging;
use wasmcloud::messaging::consumer;
use wasmcloud::messaging::types::BrokerMessage;

struct Workload;

wasip2::http::proxy::export!(Workload with_types_in wasip2);
export!(Workload);

static SERVED: AtomicU32 = AtomicU32::new(0);

impl exports::wasmcloud::messaging::handler::Guest for Workload {
    fn handle_message(message: BrokerMessage) -> Result<(), String> {
        let text = format!("{} {}", message.subject, String::from_utf8_lossy(&message.body));
        let bucket = keyvalue::open("messages").map_err(|error| error.to_string())?;
        bucket.set("last", text.as_bytes()).map_err(|error| error.to_string())
    }
}

impl Guest for Workload {
    fn handle(request: IncomingRequest, out: ResponseOutparam) {
        let path = request.path_with_query().unwrap_or_default();
        logging::log(logging::Level::Info, "workload", &format!("asked for {path}"));
        let visits = std::fs::read_to_string("/shared/visits").unwrap_or_default() + "x";
        let kept = std::fs::write("/shared/visits", &visits);
        let asked = if path.ends_with("/end") { "end\n" } else { "hello\n" };
        let served = SERVED.fetch_add(1, Ordering::Relaxed) + 1;
        let text = format!(
            "path: {path}\ngreeting: {}\npassword: {}\nlevel: {}\nvisits: {} {}\nservice: {}\nlookup: {}\nelsewhere: {}\n\
             photos: {}\nothers: {}\nlast: {}\npublished: {}\nserved: {served}\ngrown: {}\n",
            std::env::var("GREETING").unwrap_or_default(),
            std::env::var("PASSWORD").unwrap_or_default(),
            config::get("level").ok().flatten().unwrap_or_default(),
            visits.len(),
            if kept.is_ok() { "kept" } else { "lost" },
            ask("localhost:7000", asked),
            if ("example.org", 80).to_socket_addrs().is_ok() { "allowed" } else { "refused" },
            ask("127.0.0.2:7000", asked),
            container("photos"),
            container("others"),
            last().unwrap_or_else(|error| error.to_string()),
            if path.ends_with("/publish") { publish() } else { "no".to_string() },
            path.ends_with("/grow") && Vec::<u8>::new().try_reserve_exact(48 << 20).is_ok(),
        );
        let headers = Fields::new();
        let _ = headers.set("content-type", &[b"text/plain".to_vec()]);
        let response = OutgoingResponse::new(headers);
        let body = response.body().unwrap();
        ResponseOutparam::set(out, Ok(response));
        let stream = body.write().unwrap();
        let _ = stream.blocking_write_and_flush(text.as_bytes());
        drop(stream);
        let _ = OutgoingBody::finish(body, None);
    }
}

fn container(name: &str) -> String {
    match blobstore::container_exists(name) {
        Ok(there) => there.to_string(),
        Err(_) => "refused".to_string(),
    }
}

fn last() -> Result<String, keyvalue::Error> {
    let value = keyvalue::open("messages")?.get("last")?;
    Ok(String::from_utf8_lossy(&value.unwrap_or_default()).into_owned())
}

fn publish() -> String {
    let message = BrokerMessage { subject: "orders.new".to_string(), body: b"a hat".to_vec(), reply_to: None };
    match consumer::publish(&message) {
        Ok(()) => "yes".to_string(),
        Err(error) => error,
    }
}

fn ask(address: &str, question: &str) -> String {
    let answer = || -> std::io::Result<String> {
        let mut stream = TcpStream::connect(address)?;
        stream.write_all(question.as_bytes())?;
        let mut text = String::new();
        stream.read_to_string(&mut text)?;
        Ok(text.trim().to_string())
    };
    answer().unwrap_or_else(|error| error.kind().to_string())
}
