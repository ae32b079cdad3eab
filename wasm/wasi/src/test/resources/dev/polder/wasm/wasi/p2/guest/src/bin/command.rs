// A program of the standard library: what it is asked by its first argument.
use std::collections::HashMap;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream, UdpSocket};
use std::time::{Duration, Instant, SystemTime};

fn main() {
    let args: Vec<String> = std::env::args().collect();
    match args[1].as_str() {
        "hello" => {
            let mut map = HashMap::new();
            map.insert("NAME", std::env::var("NAME").unwrap());
            println!("hello {} {}", map["NAME"], args[2..].join(","));
            eprintln!("to stderr");
        }
        "cat" => {
            let mut text = String::new();
            std::io::stdin().read_to_string(&mut text).unwrap();
            print!("{}", text.to_uppercase());
        }
        "files" => files(),
        "escape" => {
            for path in ["../secret", "/data/../secret", "/data/out", "/etc/passwd", "/data/sub/../../secret"] {
                assert!(std::fs::read(path).is_err(), "{path} could be read");
            }
            println!("nothing leads out");
        }
        "clock" => {
            let start = Instant::now();
            std::thread::sleep(Duration::from_millis(30));
            assert!(start.elapsed() >= Duration::from_millis(30));
            assert!(SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs() > 1_700_000_000);
            println!("slept");
        }
        "exit" => std::process::exit(7),
        "sleep" => std::thread::sleep(Duration::from_secs(3600)),
        "tcp" => {
            let mut peer = TcpStream::connect(&args[2]).unwrap();
            peer.write_all(b"ping").unwrap();
            peer.shutdown(std::net::Shutdown::Write).unwrap();
            let mut text = String::new();
            peer.read_to_string(&mut text).unwrap();
            println!("{text}");
        }
        "refused" => println!("{:?}", TcpStream::connect(&args[2]).map(|_| ()).unwrap_err().kind()),
        "udp" => {
            let socket = UdpSocket::bind("0.0.0.0:0").unwrap();
            socket.send_to(b"ping", &args[2]).unwrap();
            let mut buffer = [0; 100];
            let (count, from) = socket.recv_from(&mut buffer).unwrap();
            println!("{} from {}", String::from_utf8_lossy(&buffer[..count]), from);
        }
        "serve" => {
            let listener = TcpListener::bind(&args[2]).unwrap();
            println!("{}", listener.local_addr().unwrap());
            let (mut peer, _) = listener.accept().unwrap();
            let mut text = String::new();
            peer.read_to_string(&mut text).unwrap();
            write!(peer, "got {text}").unwrap();
        }
        other => panic!("{other}"),
    }
}

fn files() {
    std::fs::create_dir("/data/sub").unwrap();
    std::fs::write("/data/sub/a.txt", "one").unwrap();
    let mut file = std::fs::OpenOptions::new().append(true).open("/data/sub/a.txt").unwrap();
    file.write_all(b" two").unwrap();
    drop(file);
    std::fs::rename("/data/sub/a.txt", "/data/sub/b.txt").unwrap();
    assert_eq!(std::fs::read_to_string("/data/sub/b.txt").unwrap(), "one two");
    assert_eq!(std::fs::metadata("/data/sub/b.txt").unwrap().len(), 7);
    let names: Vec<_> = std::fs::read_dir("/data/sub").unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(names, ["b.txt"]);
    assert!(std::fs::read("/data/missing").is_err());
    assert!(std::fs::write("/ro/x", "x").is_err());
    std::fs::remove_file("/data/sub/b.txt").unwrap();
    std::fs::remove_dir("/data/sub").unwrap();
    println!("files work");
}
