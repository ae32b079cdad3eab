//! A guest with every way to be woken by an event. What it does stands in the payload:
//! `fail` answers an error, `trap` traps, `spin` never ends, `once NAME` fails until it was called before with that name,
//! `call HOST PATH` asks its own app and prints the answer, `publish SUBJECT TEXT`, `request SUBJECT TEXT`, `send SUBJECT TEXT` and `ask SUBJECT TEXT` use the messaging imports
//! (the latter two those of WASI); anything else is printed. A message with a reply subject is answered in upper case.

wit_bindgen::generate!({ world: "events", generate_all });

use exports::fermyon::spin::inbound_redis;
use exports::wasi::messaging::incoming_handler;
use exports::wasmcloud::messaging::handler;
use fermyon::spin2_0_0::key_value::Store;
use wasip2::http::outgoing_handler;
use wasip2::http::types::{Fields, OutgoingRequest, Scheme};
use wasi::messaging::{producer, request_reply, types as messaging};
use wasmcloud::messaging::{consumer, types::BrokerMessage};

struct Events;

export!(Events);

fn call(host: &str, path: &str) -> Result<String, String> {
    let request = OutgoingRequest::new(Fields::new());
    request.set_scheme(Some(&Scheme::Http)).unwrap();
    request.set_authority(Some(host)).unwrap();
    request.set_path_with_query(Some(path)).unwrap();
    let future = outgoing_handler::handle(request, None).map_err(|code| format!("refused: {code:?}"))?;
    future.subscribe().block();
    let response = future.get().unwrap().unwrap().map_err(|code| format!("failed: {code:?}"))?;
    let body = response.consume().unwrap();
    let stream = body.stream().unwrap();
    let mut text = Vec::new();
    while let Ok(part) = stream.blocking_read(64 * 1024) {
        text.extend(part);
    }
    Ok(format!("{} {}", response.status(), String::from_utf8_lossy(&text)))
}

fn act(from: &str, payload: &[u8]) -> Result<(), String> {
    let text = String::from_utf8_lossy(payload).into_owned();
    let mut words = text.splitn(3, ' ');
    match (words.next().unwrap_or(""), words.next(), words.next()) {
        ("fail", _, _) => return Err("the payload said so".to_string()),
        ("trap", _, _) => panic!("the payload said so"),
        ("spin", _, _) => loop {
            std::hint::black_box(0);
        },
        ("once", Some(name), _) => {
            let store = Store::open("default").map_err(|e| e.to_string())?;
            if store.get(name).map_err(|e| e.to_string())?.is_none() {
                store.set(name, b"seen").map_err(|e| e.to_string())?;
                return Err("not yet".to_string());
            }
        }
        ("call", Some(host), Some(path)) => println!("answer: {}", call(host, path)?),
        ("publish", Some(subject), Some(body)) => consumer::publish(&BrokerMessage {
            subject: subject.to_string(),
            body: body.as_bytes().to_vec(),
            reply_to: None,
        })?,
        ("request", Some(subject), Some(body)) => {
            let answer = consumer::request(subject, body.as_bytes(), 5000)?;
            println!("answer: {}", String::from_utf8_lossy(&answer.body));
        }
        ("send", Some(subject), Some(body)) => {
            let client = messaging::Client::connect("default").map_err(|e| e.to_string())?;
            let message = messaging::Message::new(body.as_bytes());
            message.add_metadata("colour", "blue");
            producer::send(&client, subject, message).map_err(|e| e.to_string())?;
        }
        ("ask", Some(subject), Some(body)) => {
            let client = messaging::Client::connect("default").map_err(|e| e.to_string())?;
            let message = messaging::Message::new(body.as_bytes());
            let options = request_reply::RequestOptions::new();
            options.set_timeout_ms(5000);
            for answer in request_reply::request(&client, subject, &message, Some(options))
                .map_err(|e| e.to_string())?
            {
                println!("answer: {}", String::from_utf8_lossy(&answer.data()));
            }
        }
        _ => {}
    }
    println!("{from}: {text}");
    Ok(())
}

impl Guest for Events {
    fn handle_cron_event(metadata: CronMetadata) -> Result<(), CronError> {
        act("cron", metadata.timestamp.to_string().as_bytes()).map_err(CronError::Other)
    }

    fn handle_message(message: Payload, metadata: MqttMetadata) -> Result<(), MqttError> {
        act(&format!("mqtt {}", metadata.topic), &message).map_err(MqttError::Other)
    }
}

impl inbound_redis::Guest for Events {
    fn handle_message(message: inbound_redis::Payload) -> Result<(), inbound_redis::Error> {
        act("redis", &message).map_err(|_| inbound_redis::Error::Error)
    }
}

impl handler::Guest for Events {
    fn handle_message(msg: BrokerMessage) -> Result<(), String> {
        act(&format!("message {}", msg.subject), &msg.body)?;
        if let Some(subject) = msg.reply_to {
            consumer::publish(&BrokerMessage {
                subject,
                body: msg.body.to_ascii_uppercase(),
                reply_to: None,
            })?;
        }
        Ok(())
    }
}

impl incoming_handler::Guest for Events {
    fn handle(message: incoming_handler::Message) -> Result<(), incoming_handler::Error> {
        let topic = message.topic().unwrap_or_default();
        let metadata: Vec<String> = message
            .metadata()
            .unwrap_or_default()
            .into_iter()
            .map(|(key, value)| format!("{key}={value}"))
            .collect();
        act(&format!("wasi {topic} [{}]", metadata.join(",")), &message.data())
            .map_err(incoming_handler::Error::Other)?;
        if topic.starts_with("echo.") {
            let answer = messaging::Message::new(&message.data().to_ascii_uppercase());
            request_reply::reply(&message, answer)?;
        }
        Ok(())
    }
}
