//! Six kernels, each timed by the guest's own monotonic clock: a line `name nanoseconds checksum` for each.
//! A WASI 0.1 command, so that `wasmtime run` and the WAGI executor run the same bytes.

use std::collections::HashMap;
use std::hint::black_box;
use std::time::Instant;

fn main() {
    println!("content-type: text/plain\n");
    let kernels: [(&str, fn() -> u64); 6] = [
        ("integers", integers),
        ("bodies", bodies),
        ("sieve", sieve),
        ("matrix", matrix),
        ("calls", calls),
        ("words", words),
    ];
    for (name, kernel) in kernels {
        let begun = Instant::now();
        let sum = black_box(kernel());
        println!("{name} {} {sum}", begun.elapsed().as_nanos());
    }
}

/// Rotations, additions and exclusive ors in registers, as ciphers and digests do them.
fn integers() -> u64 {
    let mut state = [0x6170_7865_u32, 0x3320_646e, 0x7962_2d32, 0x6b20_6574];
    for round in 0..black_box(20_000_000_u32) {
        state[0] = state[0].wrapping_add(state[1] ^ round);
        state[3] = (state[3] ^ state[0]).rotate_left(16);
        state[2] = state[2].wrapping_add(state[3]);
        state[1] = (state[1] ^ state[2]).rotate_left(12);
    }
    state.iter().map(|&word| u64::from(word)).sum()
}

/// Five bodies that attract each other: 64-bit floats with square roots and divisions.
fn bodies() -> u64 {
    let mut places: Vec<[f64; 3]> = (0..5).map(|i| [f64::from(i), f64::from(i * i), 1.0 / f64::from(i + 1)]).collect();
    let mut speeds = vec![[0.0; 3]; 5];
    for _ in 0..black_box(400_000) {
        for i in 0..5 {
            for j in i + 1..5 {
                let apart: [f64; 3] = std::array::from_fn(|axis| places[i][axis] - places[j][axis]);
                let squared = apart.iter().map(|a| a * a).sum::<f64>() + 0.01;
                let pull = 0.000_1 / (squared * squared.sqrt());
                for axis in 0..3 {
                    speeds[i][axis] -= apart[axis] * pull;
                    speeds[j][axis] += apart[axis] * pull;
                }
            }
        }
        for (place, speed) in places.iter_mut().zip(&speeds) {
            for axis in 0..3 {
                place[axis] += 0.001 * speed[axis];
            }
        }
    }
    places.iter().flatten().map(|place| place.to_bits() >> 40).sum()
}

/// Bytes far apart in eight million: loads and stores that miss the caches.
fn sieve() -> u64 {
    let size = black_box(8_000_000);
    let mut composite = vec![false; size];
    for number in 2..size {
        if !composite[number] {
            for multiple in (number * 2..size).step_by(number) {
                composite[multiple] = true;
            }
        }
    }
    composite.iter().filter(|&&is| !is).count() as u64
}

/// 320 x 320 floats times as many: loads with bounds checks in a loop of three.
fn matrix() -> u64 {
    let n = black_box(320);
    let left: Vec<f64> = (0..n * n).map(|i| (i % 7) as f64).collect();
    let right: Vec<f64> = (0..n * n).map(|i| (i % 5) as f64).collect();
    let mut product = vec![0.0; n * n];
    for i in 0..n {
        for k in 0..n {
            let factor = left[i * n + k];
            for j in 0..n {
                product[i * n + j] += factor * right[k * n + j];
            }
        }
    }
    product.iter().sum::<f64>() as u64
}

trait Shape {
    fn area(&self) -> u64;
}

struct Square(u64);
struct Oblong(u64, u64);

impl Shape for Square {
    fn area(&self) -> u64 {
        self.0 * self.0
    }
}

impl Shape for Oblong {
    fn area(&self) -> u64 {
        self.0 * self.1
    }
}

/// Short functions called through a table, and recursion.
fn calls() -> u64 {
    fn ways(steps: u32) -> u64 {
        if steps < 2 { 1 } else { ways(black_box(steps - 1)) + ways(steps - 2) }
    }
    let shapes: Vec<Box<dyn Shape>> =
        (0..1_000_u64).map(|i| if i % 3 == 0 { Box::new(Square(i)) as Box<dyn Shape> } else { Box::new(Oblong(i, i + 1)) }).collect();
    let areas: u64 = (0..black_box(15_000)).flat_map(|_| &shapes).map(|shape| shape.area()).fold(0, u64::wrapping_add);
    areas.wrapping_add(ways(32))
}

/// Small strings made, hashed, compared, sorted and freed.
fn words() -> u64 {
    let mut counts: HashMap<String, u32> = HashMap::new();
    for i in 0..black_box(600_000_u32) {
        *counts.entry(format!("word-{}", i.wrapping_mul(2_654_435_761) % 50_021)).or_default() += 1;
    }
    let mut sorted: Vec<_> = counts.into_iter().collect();
    sorted.sort();
    sorted.iter().enumerate().map(|(place, (word, count))| place as u64 * u64::from(*count) + word.len() as u64).sum()
}
