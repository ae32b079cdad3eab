//! The variables of CGI (RFC 3875 section 4.1), as Spin's WAGI executor sets them, after those of the component.
//!
//! What Spin and Polder tell in headers (`spin-path-info` and its kin) goes before what the request itself says.

use std::collections::BTreeMap;

use wasip2::http::types::{IncomingRequest, Method, Scheme};

/// `NAME=VALUE` of each.
pub fn of(request: &IncomingRequest) -> Vec<Vec<u8>> {
    let mut all: BTreeMap<String, Vec<u8>> = wasip2::cli::environment::get_environment()
        .into_iter()
        .map(|(name, value)| (name, value.into_bytes()))
        .collect();
    let headers = request.headers().entries();
    let told = |name: &str| {
        let found = headers
            .iter()
            .find(|(header, _)| header.eq_ignore_ascii_case(name));
        found.map(|(_, value)| String::from_utf8_lossy(value).into_owned())
    };
    let mut set = |name: &str, value: String| all.insert(name.to_string(), value.into_bytes());

    let target = request.path_with_query().unwrap_or_else(|| "/".into());
    let (path, query) = target.split_once('?').unwrap_or((target.as_str(), ""));
    let authority = request
        .authority()
        .or_else(|| told("host"))
        .unwrap_or_default();
    let secure = matches!(request.scheme(), Some(Scheme::Https));
    let scheme = if secure { "https" } else { "http" };
    let raw = told("spin-path-info").unwrap_or_else(|| path.to_string());
    let client = told("spin-client-addr").unwrap_or_default();
    let (host, port) = authority
        .rsplit_once(':')
        .filter(|(_, port)| !port.contains(']'))
        .unwrap_or((authority.as_str(), ""));

    set("GATEWAY_INTERFACE", "CGI/1.1".into());
    set("SERVER_SOFTWARE", "WAGI/1".into());
    set("SERVER_PROTOCOL", "HTTP/1.1".into());
    set("SERVER_NAME", host.into());
    let standard = if secure { "443" } else { "80" };
    set(
        "SERVER_PORT",
        if port.is_empty() { standard } else { port }.into(),
    );
    set("AUTH_TYPE", String::new());
    set("REMOTE_USER", String::new());
    let address = client
        .rsplit_once(':')
        .map_or("", |(address, _)| address)
        .trim_matches(['[', ']']);
    set("REMOTE_ADDR", address.into());
    set("REMOTE_HOST", address.into());
    set("X_CLIENT_ADDR", client.clone());
    set("REQUEST_METHOD", method(request.method()));
    set("QUERY_STRING", query.into());
    set("X_RAW_PATH_INFO", raw.clone());
    set(
        "SCRIPT_NAME",
        told("spin-component-route").unwrap_or_default(),
    );
    set(
        "X_COMPONENT_ROUTE",
        told("spin-component-route").unwrap_or_default(),
    );
    set(
        "X_RAW_COMPONENT_ROUTE",
        told("spin-raw-component-route").unwrap_or_default(),
    );
    set(
        "X_MATCHED_ROUTE",
        told("spin-matched-route").unwrap_or_default(),
    );
    set(
        "X_BASE_PATH",
        told("spin-base-path").unwrap_or_else(|| "/".into()),
    );
    set(
        "X_FULL_URL",
        told("spin-full-url").unwrap_or_else(|| format!("{scheme}://{authority}{target}")),
    );
    set("HTTP_HOST", authority.clone());
    set("CONTENT_TYPE", told("content-type").unwrap_or_default());
    set("CONTENT_LENGTH", told("content-length").unwrap_or_default());
    all.insert("PATH_INFO".into(), decoded(&raw));
    all.insert("PATH_TRANSLATED".into(), decoded(&raw));
    for (name, value) in &headers {
        header(&mut all, name, value);
    }
    all.into_iter()
        .filter(|(_, value)| !value.contains(&0))
        .map(|(name, value)| [name.as_bytes(), &b"="[..], &value[..]].concat())
        .collect()
}

/// `HTTP_` and the name in upper case; `Proxy`, which clients would take for a proxy, and names with an underscore, which
/// would be taken for others, are not handed on. `Authorization` is: nobody but the program sees these variables.
fn header(all: &mut BTreeMap<String, Vec<u8>>, name: &str, value: &[u8]) {
    let lower = name.to_ascii_lowercase();
    if let Some(parameter) = lower.strip_prefix("spin-path-match-") {
        let name = parameter.to_ascii_uppercase().replace('-', "_");
        all.insert(format!("X_PATH_MATCH_{name}"), value.to_vec());
    }
    let kept = !matches!(
        lower.as_str(),
        "proxy" | "proxy-authorization" | "connection" | "host"
    ) && !lower.starts_with("spin-")
        && lower
            .bytes()
            .all(|b| b.is_ascii_graphic() && b != b'_' && b != b'=');
    if kept {
        let separator: &[u8] = if lower == "cookie" { b"; " } else { b", " };
        all.entry(format!(
            "HTTP_{}",
            lower.to_ascii_uppercase().replace('-', "_")
        ))
        .and_modify(|values| {
            values.extend_from_slice(separator);
            values.extend_from_slice(value);
        })
        .or_insert_with(|| value.to_vec());
    }
}

fn method(method: Method) -> String {
    match method {
        Method::Get => "GET",
        Method::Head => "HEAD",
        Method::Post => "POST",
        Method::Put => "PUT",
        Method::Delete => "DELETE",
        Method::Connect => "CONNECT",
        Method::Options => "OPTIONS",
        Method::Trace => "TRACE",
        Method::Patch => "PATCH",
        Method::Other(other) => return other,
    }
    .into()
}

/// The bytes of `%XX`; what is no sequence stays.
fn decoded(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, more)) = rest.split_first() {
        let digits = more
            .get(..2)
            .filter(|_| first == b'%')
            .and_then(|digits| std::str::from_utf8(digits).ok());
        match digits
            .filter(|d| d.bytes().all(|b| b.is_ascii_hexdigit()))
            .map(|d| u8::from_str_radix(d, 16))
        {
            Some(Ok(byte)) => {
                bytes.push(byte);
                rest = &more[2..];
            }
            _ => {
                bytes.push(first);
                rest = more;
            }
        }
    }
    bytes
}
