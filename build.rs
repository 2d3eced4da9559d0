//! Packs the lexicon: its files are read once, when a process looks at its first mail, and would stay in memory as pages of
//! the program at three times the size.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

use flate2::Compression;
use flate2::write::DeflateEncoder;

/// From the package's own directory, or from that of `fuzz`.
const PLACES: [&str; 2] = ["src/extract/lexicon", "../src/extract/lexicon"];

fn main() {
    let lexicon = PLACES.into_iter().map(Path::new).find(|place| place.is_dir()).expect("the lexicon is there");
    println!("cargo::rerun-if-changed={}", lexicon.display());
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo names the directory"));
    let mut list = "pub(super) const LANGUAGES: &[(&str, &[u8])] = &[\n".to_owned();
    for (name, path) in files(lexicon) {
        let packed = out.join(format!("{name}.deflate"));
        fs::write(&packed, pack(&path)).expect("the directory for what is built can be written");
        writeln!(list, "    ({name:?}, include_bytes!({packed:?})),").expect("a string takes all");
    }
    list.push_str("];\n");
    fs::write(out.join("languages.rs"), list).expect("the directory for what is built can be written");
}

/// Name and path of every file, in order; what is common to all languages first, then English.
fn files(lexicon: &Path) -> Vec<(String, PathBuf)> {
    let entries = fs::read_dir(lexicon).expect("the lexicon can be read");
    let paths = entries.map(|entry| entry.expect("the lexicon can be read").path());
    let mut files: Vec<(String, PathBuf)> = paths
        .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
        .filter_map(|path| Some((path.file_stem()?.to_str()?.to_owned(), path)))
        .collect();
    let first = |name: &str| match name {
        "common" => 0,
        "en" => 1,
        _ => 2,
    };
    files.sort_by_key(|(name, _)| (first(name), name.clone()));
    files
}

fn pack(path: &Path) -> Vec<u8> {
    let source = fs::read(path).expect("a file of the lexicon can be read");
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(&source).and_then(|()| encoder.finish()).expect("memory takes all")
}
