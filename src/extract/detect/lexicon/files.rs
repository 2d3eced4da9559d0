//! The files of the lexicon, as `build.rs` reads them.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde::Deserialize;

use super::classes::Classes;

/// Each has a bit of the languages of a word.
const MOST_FILES: usize = u64::BITS as usize;

/// Name and contents of every file of the directory, in order; what is common to all languages first, then English.
pub(in super::super) fn read(directory: &Path) -> Result<Vec<(String, Language)>, String> {
    let because = |why: std::io::Error| format!("{}: {why}", directory.display());
    let entries = fs::read_dir(directory).map_err(because)?;
    let mut files = Vec::new();
    for entry in entries {
        let path = entry.map_err(because)?.path();
        let name = path.file_stem().and_then(|name| name.to_str());
        let Some(name) = name.filter(|_| path.extension().is_some_and(|extension| extension == "toml")) else {
            continue;
        };
        let source = fs::read_to_string(&path).map_err(|why| format!("{}: {why}", path.display()))?;
        let language = toml::from_str(&source).map_err(|why| format!("{}: {why}", path.display()))?;
        files.push((name.to_owned(), language));
    }
    let first = |name: &str| match name {
        "common" => 0,
        "en" => 1,
        _ => 2,
    };
    files.sort_by_key(|(name, _)| (first(name), name.clone()));
    if files.len() > MOST_FILES {
        return Err(format!("{}: more than {} files", directory.display(), MOST_FILES));
    }
    Ok(files)
}

/// One language's file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(in super::super) struct Language {
    #[serde(rename = "language")]
    _name: String,
    code: String,
    number: String,
    secret: String,
    once: String,
    strong: String,
    auth: String,
    soft: String,
    give: String,
    other: String,
    owner: String,
    never: String,
    elsewhere: String,
    unasked: String,
    alert: String,
    expiry: String,
    second: String,
    minute: String,
    hour: String,
    day: String,
    click: String,
    open: String,
    away: String,
    sample: String,
    ending: String,
    done: String,
    meeting: String,
    past: String,
    mailing: String,
    mailbox: String,
    courier: String,
    pickup: String,
    door: String,
    stale: String,
    discount: String,
    condition: String,
    tongue: String,
    pub(super) counts: BTreeMap<String, u16>,
}

impl Language {
    pub(super) fn lists(&self) -> [(&str, Classes); 36] {
        [
            (&self.code, Classes::CODE),
            (&self.number, Classes::NUMBER),
            (&self.secret, Classes::SECRET),
            (&self.once, Classes::ONCE.or(Classes::AUTH)),
            (&self.strong, Classes::STRONG),
            (&self.auth, Classes::AUTH),
            (&self.soft, Classes::SOFT),
            (&self.give, Classes::GIVE),
            (&self.other, Classes::OTHER),
            (&self.owner, Classes::OWNER),
            (&self.never, Classes::NEVER),
            (&self.elsewhere, Classes::ELSEWHERE),
            (&self.unasked, Classes::UNASKED),
            (&self.alert, Classes::ALERT),
            (&self.expiry, Classes::EXPIRY),
            (&self.second, Classes::SECOND),
            (&self.minute, Classes::MINUTE),
            (&self.hour, Classes::HOUR),
            (&self.day, Classes::DAY),
            (&self.click, Classes::CLICK),
            (&self.open, Classes::OPEN),
            (&self.away, Classes::AWAY),
            (&self.sample, Classes::SAMPLE),
            (&self.ending, Classes::ENDING),
            (&self.done, Classes::DONE),
            (&self.meeting, Classes::MEETING.or(Classes::OTHER)),
            (&self.past, Classes::PAST),
            (&self.mailing, Classes::MAILING),
            (&self.mailbox, Classes::MAILBOX),
            (&self.courier, Classes::COURIER),
            (&self.pickup, Classes::PICKUP),
            (&self.door, Classes::DOOR),
            (&self.stale, Classes::STALE),
            (&self.discount, Classes::DISCOUNT),
            (&self.condition, Classes::CONDITION),
            (&self.tongue, Classes::default()),
        ]
    }

    /// The words of a list.
    pub(super) fn words(list: &str) -> impl Iterator<Item = &str> {
        list.split(',').map(str::trim).filter(|word| !word.is_empty())
    }
}
