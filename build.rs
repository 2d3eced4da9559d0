//! Compiles the lexicon into tables that the program holds as they are: what would be made of its files in each process takes a
//! tenth of a second, and memory for good.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{env, fs};

#[allow(dead_code)]
#[path = "src/extract/detect/fold.rs"]
mod fold;
#[allow(dead_code)]
#[path = "src/extract/detect/lexicon"]
mod lexicon {
    mod classes;
    pub(super) mod compile;
    pub(super) mod files;
    mod tables;
}

/// From the package's own directory, or from that of `fuzz`.
const PLACES: [&str; 2] = ["src/extract/lexicon", "../src/extract/lexicon"];

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Box<dyn Error>> {
    let words = PLACES.into_iter().map(Path::new).find(|place| place.is_dir()).ok_or("the lexicon is not there")?;
    println!("cargo::rerun-if-changed={}", words.display());
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or("cargo names no directory")?).join("lexicon");
    fs::create_dir_all(&out)?;
    for (name, bytes) in lexicon::compile::compile(&lexicon::files::read(words)?) {
        fs::write(out.join(name), bytes)?;
    }
    Ok(())
}
