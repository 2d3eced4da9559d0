use std::path::Path;

use super::compile::compile;
use super::files::{Language, read};
use super::*;

fn languages() -> Vec<(String, Language)> {
    read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/extract/lexicon")).unwrap()
}

fn words(text: &str, classes: Classes) -> Vec<&str> {
    let folded = Folded::new(text);
    let mut hits = LEXICON.hits(text, &folded);
    hits.dedup_by(|hit, held| held.join(hit));
    hits.iter().filter(|hit| hit.classes.has(classes)).map(|hit| &text[hit.start..hit.end]).collect()
}

#[test]
fn the_program_holds_the_files_as_they_are() {
    let tables = compile(&languages());
    let Lexicon { words, inner, others, kinds, more } = &LEXICON;
    let held = [
        ("firsts", words.firsts.as_flattened()),
        ("heads", words.heads.as_flattened()),
        ("inner", inner.0.as_flattened()),
        ("keys", words.keys.as_flattened()),
        ("kinds", kinds.as_flattened()),
        ("more", more),
        ("others", others.as_flattened()),
        ("starts", words.starts.as_flattened()),
        ("tails", words.tails),
        ("words", words.words.as_flattened()),
    ];
    assert_eq!(tables.keys().copied().collect::<Vec<_>>(), held.map(|(name, _)| name));
    for (name, bytes) in held {
        assert!(tables[name] == bytes, "{name}");
    }
}

#[test]
fn every_word_of_the_files_is_found() {
    for (index, (name, language)) in languages().iter().enumerate() {
        for (list, classes) in language.lists() {
            for word in Language::words(list) {
                let written = word.trim_start_matches(['=', '*']).replace('*', "");
                let is_it = |hit: &Hit| {
                    hit.classes.and(classes) == classes
                        && hit.languages.meets(Languages::nth(index))
                        && (hit.start, hit.end) == (0, written.len())
                };
                let hits = LEXICON.hits(&written, &Folded::new(&written));
                assert!(hits.iter().any(is_it), "{name}.toml: `{word}`");
            }
        }
    }
}

#[test]
fn what_is_wrong_with_a_file_is_told_with_its_name() {
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("xx.toml"), "cod = \"pin\"").unwrap();
    let why = read(directory.path()).unwrap_err();
    assert!(why.contains("xx.toml") && why.contains("unknown field `cod`"), "{why}");
}

#[test]
fn no_word_is_so_short_that_it_stands_in_every_text() {
    for (name, language) in languages() {
        for (list, classes) in language.lists() {
            for word in Language::words(list) {
                let letters =
                    Folded::new(word.trim_matches(['*', '='])).text.chars().filter(|c| !c.is_whitespace()).count();
                let wide = word.chars().any(|c| c >= '\u{2E80}' || !c.is_ascii() && !c.is_alphabetic());
                let function_word = classes == Classes::default();
                assert!(letters >= if wide || function_word { 1 } else { 2 }, "{name}.toml: `{word}`");
                assert!(!word.starts_with('*') || letters >= 3, "{name}.toml: `{word}`");
            }
        }
    }
}

#[test]
fn words_stand_alone_unless_opened() {
    assert_eq!(words("opinion pin PIN", Classes::CODE), ["pin", "PIN"]);
    assert_eq!(words("Verifying it", Classes::AUTH), ["Verif"]);
}
