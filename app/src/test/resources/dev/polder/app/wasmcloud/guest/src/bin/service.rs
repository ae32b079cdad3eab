//! A server on the loopback of its workload, which counts how often it was started and ends when it is told to.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;

fn main() -> std::io::Result<()> {
    let starts = std::fs::read_to_string("/data/starts").unwrap_or_default() + "x";
    std::fs::write("/data/starts", &starts)?;
    let listener = TcpListener::bind("0.0.0.0:7000")?;
    println!("listens at {}", listener.local_addr()?);
    for connection in listener.incoming() {
        let mut connection = connection?;
        let mut question = String::new();
        BufReader::new(&connection).read_line(&mut question)?;
        writeln!(connection, "{} start {}", std::env::var("NAME").unwrap_or_default(), starts.len())?;
        if question.trim() == "end" {
            std::process::exit(3);
        }
    }
    Ok(())
}
