use super::super::fold::fold;
use super::files::{LANGUAGES, Language, unpack};
use super::*;

fn words(text: &str, classes: Classes) -> Vec<&str> {
    let folded = Folded::new(text);
    let mut hits = Vec::new();
    for hit in LEXICON.hits(text, &folded) {
        add_to(&mut hits, 0, &hit);
    }
    hits.iter().filter(|hit| hit.classes.has(classes)).map(|hit| &text[hit.start..hit.end]).collect()
}

#[test]
fn every_file_parses() {
    for (name, packed) in LANGUAGES {
        let source = unpack(packed).unwrap();
        if let Err(why) = toml::from_str::<Language>(&source) {
            panic!("{name}.toml: {why}");
        }
    }
}

#[test]
fn no_word_is_so_short_that_it_stands_in_every_text() {
    for (name, packed) in LANGUAGES {
        let source = unpack(packed).unwrap();
        let language: Language = toml::from_str(&source).unwrap();
        for (list, classes) in language.lists() {
            for word in list.split(',').map(str::trim).filter(|word| !word.is_empty()) {
                let letters = fold(word.trim_matches(['*', '='])).chars().filter(|c| !c.is_whitespace()).count();
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
