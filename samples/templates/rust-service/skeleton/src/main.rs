//! A WAGI service: the CGI variables are the request, standard output is the response.

use std::io::{self, Write};

fn main() -> io::Result<()> {
    let answer = respond(|name| std::env::var(name).unwrap_or_default());
    io::stdout().write_all(answer.as_bytes())
}

/// Answers one request, whose parts are read by `env`.
fn respond(env: impl Fn(&str) -> String) -> String {
    if env("PATH_INFO") == "/health" {
        let service = env("SERVICE_NAME");
        return format!(
            "Content-Type: application/json\n\n{{\"status\":\"ok\",\"service\":\"{service}\"}}\n"
        );
    }
    format!(
        "Content-Type: text/plain; charset=utf-8\n\n{}\npath: {}\nquery: {}\n",
        env("GREETING"),
        env("PATH_INFO"),
        env("QUERY_STRING"),
    )
}

#[cfg(test)]
mod tests {
    use super::respond;

    fn answer(variables: &[(&str, &str)]) -> String {
        respond(|name| {
            let found = variables.iter().find(|(n, _)| *n == name);
            found
                .map(|(_, value)| value.to_string())
                .unwrap_or_default()
        })
    }

    #[test]
    fn greets_and_shows_path_and_query() {
        let got = answer(&[
            ("GREETING", "Good day"),
            ("PATH_INFO", "/shop"),
            ("QUERY_STRING", "a=1"),
        ]);
        assert!(
            got.ends_with("\n\nGood day\npath: /shop\nquery: a=1\n"),
            "{got}"
        );
    }

    #[test]
    fn says_that_it_is_healthy() {
        let got = answer(&[("PATH_INFO", "/health"), ("SERVICE_NAME", "shop")]);
        assert!(
            got.ends_with("\n\n{\"status\":\"ok\",\"service\":\"shop\"}\n"),
            "{got}"
        );
    }
}
