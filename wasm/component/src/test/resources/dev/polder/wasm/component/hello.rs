fn main() {
    let words: Vec<String> = std::env::args().collect();
    println!("Hello, {} of {:?}", words.len(), std::time::SystemTime::now());
}
