//! Damages tables of every kind and has them read: so many runs, from a seed that names each of them.
//!
//! `fuzz RUNS [SEED [FROM]]` reads the tables of the tests, damages one a run – bytes flipped, cut, repeated, put in from another;
//! inside a workbook's parts as often as outside – and reads it. It ends with 1 if anything escapes from `intake`, or if a
//! run takes longer or more memory than any file may. What trips a parser inside `intake`, and is caught there, is counted.
#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a program of the tests, which says what it found"
)]

use std::alloc::System;
use std::io::{Cursor, Read as _, Write as _};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use cap::Cap;
use fastrand::Rng;
use intake::{Limits, Row, Wanted};

/// What the function that reads rosters has; what asks for more ends the program.
const MOST_MEMORY: usize = 512 * 1024 * 1024;
/// What a function is allowed for one answer, and less.
const LONGEST: Duration = Duration::from_secs(5);
/// As a roster is read.
const LIMITS: Limits =
    Limits { rows: 20_000, columns: 200, chars: 300, unpacked: 64 * 1024 * 1024, elements: 4_000_000 };

#[global_allocator]
static MEMORY: Cap<System> = Cap::new(System, MOST_MEMORY);

/// What tripped a parser and was caught.
static CAUGHT: AtomicUsize = AtomicUsize::new(0);

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let runs: u64 = arguments.next().and_then(|runs| runs.parse().ok()).unwrap_or(10_000);
    let seed: u64 = arguments.next().and_then(|seed| seed.parse().ok()).unwrap_or(1);
    let from: u64 = arguments.next().and_then(|from| from.parse().ok()).unwrap_or(0);
    // Of a few runs each is named, so that one that ends the program is known, and its table kept.
    let is_search = runs <= 1_000;
    std::panic::set_hook(Box::new(|_| {
        CAUGHT.fetch_add(1, Ordering::Relaxed);
    }));
    let seeds = seeds();
    let (mut taken, mut refused, mut slowest, mut escaped) = (0_u64, 0_u64, Duration::ZERO, 0_u64);
    let begun = Instant::now();
    for run in from..from + runs {
        let mut rng = Rng::with_seed(seed.wrapping_mul(1_000_003).wrapping_add(run));
        let table = damaged(&seeds, &mut rng);
        if is_search {
            println!("run {run}");
            std::fs::write("/tmp/fuzz-table", &table).unwrap();
        }
        let since = Instant::now();
        match catch_unwind(AssertUnwindSafe(|| read(&table))) {
            Ok(true) => taken += 1,
            Ok(false) => refused += 1,
            Err(_) => {
                escaped += 1;
                println!("run {run} of seed {seed}: a panic escaped");
            }
        }
        let took = since.elapsed();
        if took > LONGEST {
            println!("run {run} of seed {seed}: {took:?}");
        }
        slowest = slowest.max(took);
        let done = run - from + 1;
        if !is_search && done.is_multiple_of((runs / 20).max(1)) {
            println!("{done} runs, {:.0} a second", done as f64 / begun.elapsed().as_secs_f64());
        }
    }
    let (caught, peak) = (CAUGHT.load(Ordering::Relaxed), MEMORY.max_allocated() / 1024 / 1024);
    println!(
        "{runs} runs of {} tables, seed {seed}: {taken} read, {refused} refused, {escaped} panics, {caught} caught inside, \
         slowest {slowest:?}, at most {peak} MB",
        seeds.len()
    );
    if escaped == 0 && slowest <= LONGEST { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Reads a table as a roster, and every row of it.
fn read(bytes: &[u8]) -> bool {
    let headings = domain::sheet::list_headings();
    let likeness = |cells: &[String]| headings.named(cells.iter().map(String::as_str)).len();
    let wanted =
        Wanted { sheet: None, header: None, likeness: &likeness, is_bare: &|rows: &[Row]| rows.len() > 1 };
    let Ok(table) = intake::read(bytes, &wanted, &LIMITS) else { return false };
    let header: Vec<&str> = table.header.iter().flat_map(|row| &row.cells).map(String::as_str).collect();
    let currency = domain::university::Currency { code: "CNY".to_owned(), digits: 2, name: None };
    if let Ok(columns) = domain::sheet::ListColumns::find(&header, &domain::header::ByHand::new()) {
        for row in &table.rows {
            drop(domain::sheet::read_list_row(&columns, &row.cells, &currency));
        }
    }
    true
}

/// The tables of the tests, small ones: what is read in microseconds is damaged more often.
fn seeds() -> Vec<Vec<u8>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folders = ["../api/tests/tables", "../../shared/intake/tests/files"];
    let files = folders.iter().flat_map(|folder| std::fs::read_dir(root.join(folder)).unwrap());
    let mut files: Vec<PathBuf> = files.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let read = files.into_iter().filter(|path| path.extension().is_none_or(|end| end != "tsv"));
    read.map(|path| std::fs::read(path).unwrap()).filter(|bytes| bytes.len() < 64 * 1024).collect()
}

/// One of them, damaged: as it is, or inside one of its parts.
fn damaged(seeds: &[Vec<u8>], rng: &mut Rng) -> Vec<u8> {
    let (seed, other) = (&seeds[rng.usize(..seeds.len())], &seeds[rng.usize(..seeds.len())]);
    if seed.starts_with(b"PK") && rng.u8(..) < 200 {
        return within(seed, rng).unwrap_or_else(|| damage(seed.clone(), other, rng));
    }
    damage(seed.clone(), other, rng)
}

/// A workbook with one of its parts damaged, packed again without being pressed.
fn within(book: &[u8], rng: &mut Rng) -> Option<Vec<u8>> {
    let mut archive = zip::ZipArchive::new(Cursor::new(book)).ok()?;
    let chosen = rng.usize(..archive.len().max(1));
    let mut file = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for part in 0..archive.len() {
        let mut part_file = archive.by_index(part).ok()?;
        let name = part_file.name().ok()?.to_string();
        let mut bytes = Vec::new();
        part_file.read_to_end(&mut bytes).ok()?;
        if part == chosen {
            let other = bytes.clone();
            bytes = damage(bytes, &other, rng);
        }
        file.start_file(name, options).ok()?;
        file.write_all(&bytes).ok()?;
    }
    Some(file.finish().ok()?.into_inner())
}

/// Bytes that a parser may be wrong about.
const ODD: [&[u8]; 14] = [
    b"\"",
    b"<",
    b"</c>",
    b"<row r=\"1048577\">",
    b"r=\"ZZZZZZZZZZ1\"",
    b"\xff\xff\xff\xff",
    b"\0\0\0\0",
    b"\x7f",
    b"&#x110000;",
    b"<table>",
    b"rowspan=\"99999999\"",
    b"table:number-rows-repeated=\"4294967295\"",
    b"\xfe\xff",
    b"99999999999999999999",
];

fn damage(mut bytes: Vec<u8>, other: &[u8], rng: &mut Rng) -> Vec<u8> {
    for _ in 0..rng.usize(1..6) {
        let length = bytes.len();
        if length == 0 {
            break;
        }
        let at = rng.usize(..length);
        let some = rng.usize(..(length - at).min(64) + 1);
        match rng.u8(..9) {
            0 => bytes[at] ^= 1 << rng.u8(..8),
            1 => bytes[at] = rng.u8(..),
            2 => bytes.truncate(at),
            3 => drop(bytes.drain(at..at + some)),
            4 => {
                let piece = bytes[at..at + some].to_vec();
                for _ in 0..rng.usize(1..20) {
                    drop(bytes.splice(at..at, piece.iter().copied()));
                }
            }
            5 => drop(bytes.splice(at..at, ODD[rng.usize(..ODD.len())].iter().copied())),
            6 if !other.is_empty() => {
                let from = rng.usize(..other.len());
                let until = from + rng.usize(..(other.len() - from).min(200) + 1);
                drop(bytes.splice(at..at, other[from..until].iter().copied()));
            }
            7 if at + 4 <= length => bytes[at..at + 4].copy_from_slice(&rng.u32(..).to_le_bytes()),
            _ => {
                let digits = bytes.iter().position(u8::is_ascii_digit);
                if let Some(at) = digits {
                    bytes[at] = b'9';
                }
            }
        }
    }
    bytes
}
