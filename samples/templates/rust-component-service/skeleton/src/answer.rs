//! What is answered to a `GET`, apart from HTTP: so that `cargo test` needs no WebAssembly.

pub struct Answer {
    pub status: u16,
    pub content_type: &'static str,
    pub body: String,
}

/// Answers a path with its query; `env` reads what `spin.toml` sets.
pub fn to(target: &str, env: impl Fn(&str) -> String) -> Answer {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    match path {
        "/health" => json(format!(
            r#"{{"status":"ok","service":"{}"}}"#,
            env("SERVICE_NAME")
        )),
        "/api" => json(format!(
            r#"{{"greeting":{},"path":{},"query":{}}}"#,
            quoted(&env("GREETING")),
            quoted(path),
            quoted(query)
        )),
        _ => Answer {
            status: 200,
            content_type: "text/plain; charset=utf-8",
            body: format!("{}\npath: {path}\nquery: {query}\n", env("GREETING")),
        },
    }
}

fn json(mut body: String) -> Answer {
    body.push('\n');
    Answer {
        status: 200,
        content_type: "application/json",
        body,
    }
}

/// A string as JSON writes it.
fn quoted(text: &str) -> String {
    let mut json = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => json.extend(['\\', c]),
            c if c < ' ' => json.push_str(&format!("\\u{:04x}", c as u32)),
            c => json.push(c),
        }
    }
    json + "\""
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(target: &str) -> Answer {
        to(target, |name| match name {
            "GREETING" => "Good \"day\"".into(),
            _ => "shop".into(),
        })
    }

    #[test]
    fn greets_and_shows_path_and_query() {
        assert_eq!(
            answer("/shop?a=1").body,
            "Good \"day\"\npath: /shop\nquery: a=1\n"
        );
    }

    #[test]
    fn answers_in_json() {
        assert_eq!(
            answer("/api?x").body,
            "{\"greeting\":\"Good \\\"day\\\"\",\"path\":\"/api\",\"query\":\"x\"}\n"
        );
        assert_eq!(
            answer("/health").body,
            "{\"status\":\"ok\",\"service\":\"shop\"}\n"
        );
    }
}
