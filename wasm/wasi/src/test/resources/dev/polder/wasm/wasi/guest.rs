// What real Rust programs do with WASI: each subcommand is one test.
use std::io::{Read, Write};
use std::{env, fs, io, process, thread, time};

fn main() -> io::Result<()> {
    let args: Vec<String> = env::args().collect();
    match args[1].as_str() {
        "greet" => {
            println!("{} for {}", args[2], env::var("WHO").unwrap_or("nobody".into()));
            println!("variables: {}", env::vars().count());
        }
        "shout" => {
            let mut text = String::new();
            io::stdin().read_to_string(&mut text)?;
            print!("{}", text.to_uppercase());
        }
        "files" => {
            fs::create_dir_all("/data/a/b")?;
            fs::write("/data/a/b/one.txt", "one")?;
            fs::OpenOptions::new().append(true).open("/data/a/b/one.txt")?.write_all(b" more")?;
            fs::rename("/data/a/b/one.txt", "/data/two.txt")?;
            let mut names: Vec<_> = fs::read_dir("/data")?.map(|e| e.unwrap().file_name()).collect();
            names.sort();
            println!("{:?} {:?} {}", names, fs::read_to_string("/data/two.txt")?, fs::metadata("/data/two.txt")?.len());
            fs::remove_file("/data/two.txt")?;
            fs::remove_dir_all("/data/a")?;
        }
        "escape" => {
            for path in ["/data/../secret.txt", "/data/link", "/data/folder/secret.txt", "/etc/passwd", "/data/a/../../secret.txt"] {
                println!("{} {}", path, if fs::read(path).is_ok() { "READ" } else { "refused" });
            }
            println!("write {}", if fs::write("/data/../new.txt", "x").is_ok() { "WRITTEN" } else { "refused" });
        }
        "flood" => loop {
            io::stdout().write_all(&[b'x'; 8192])?;
        },
        "sleep" => {
            let start = time::Instant::now();
            thread::sleep(time::Duration::from_millis(args[2].parse().unwrap()));
            println!("{}", start.elapsed().as_millis() >= 50);
        }
        "panic" => panic!("on purpose"),
        "exit" => process::exit(args[2].parse().unwrap()),
        "grow" => {
            let mut all: Vec<Vec<u8>> = Vec::new();
            loop {
                let mut part: Vec<u8> = Vec::new();
                if part.try_reserve_exact(1 << 20).is_err() {
                    break;
                }
                part.resize(1 << 20, 1);
                all.push(part);
            }
            println!("{} MiB", all.len());
        }
        other => panic!("unknown: {other}"),
    }
    Ok(())
}
