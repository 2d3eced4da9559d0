//! Two links that answer one question: "Yes, it is mine" and "No".

use super::super::address::Address;
use super::super::lexicon::Classes;
use super::super::reading::Reading;
use super::words;

/// Links that are looked at; a mail with more asks no question.
const MOST: usize = 40;

/// Words of an answer that turns something down.
const AGAINST: Classes = Classes::AWAY.or(Classes::ALERT).or(Classes::UNASKED);

/// Which answer a link gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// Whether the words of the other one turn something down.
    Yes {
        is_sure: bool,
    },
    No,
}

/// By anchor: the answer that it gives, where it gives one. Two links of one address but for one part (`?r=1` and `?r=0`), which
/// share a token, answer a question; services put the one that agrees first.
pub(super) fn of(reading: &Reading<'_>, addresses: &[Option<Address>]) -> Vec<Option<Answer>> {
    let mut answers = vec![None; addresses.len()];
    if addresses.len() > MOST {
        return answers;
    }
    let shown = |nth: usize| reading.anchors.get(nth).is_some_and(|anchor| !anchor.hidden && anchor.quote_depth == 0);
    // Three and more are a scale.
    let shown_after =
        |nth: usize| (nth + 1..addresses.len()).find(|&next| shown(next)).and_then(|next| reading.anchors.get(next));
    let mut last = None;
    for nth in (0..addresses.len()).filter(|&nth| shown(nth)) {
        if let Some(first) = last.replace(nth)
            && answers.get(first) == Some(&None)
            && let (Some(yes), Some(no)) = (reading.anchors.get(first), reading.anchors.get(nth))
            && is_pair(&yes.href, &no.href)
            && !shown_after(nth).is_some_and(|next| is_pair(&no.href, &next.href))
        {
            let turns_away = |range| words(reading.hits_in(range)).has(AGAINST);
            let (turns, agrees) = (turns_away(yes.range.clone()), !turns_away(no.range.clone()));
            let is_sure = turns == agrees;
            let both = if turns && agrees {
                [Answer::No, Answer::Yes { is_sure }]
            } else {
                [Answer::Yes { is_sure }, Answer::No]
            };
            for (slot, answer) in answers.iter_mut().skip(first).step_by(nth - first).zip(both) {
                *slot = Some(answer);
            }
        }
    }
    answers
}

/// One part of them differs, another one that is shared is a token.
fn is_pair(yes: &str, no: &str) -> bool {
    const TOKEN: usize = 6;
    let parts = |href: &str| -> Vec<String> { href.split(['/', '?', '&', '=', '#']).map(str::to_owned).collect() };
    let path = |href: &str| href.split_once('?').map_or(href, |(path, _)| path).to_owned();
    // "/confirm/0d7c?optin=1" and "/cancel/0d7c".
    let (yes, no) =
        if yes.contains('?') == no.contains('?') { (yes.to_owned(), no.to_owned()) } else { (path(yes), path(no)) };
    let (yes, no) = (parts(&yes), parts(&no));
    let differ = yes.iter().zip(&no).filter(|(yes, no)| yes != no).count();
    let is_token = |part: &&String| {
        part.len() >= TOKEN && part.contains(|c: char| c.is_ascii_digit()) && !part.contains('.') && no.contains(part)
    };
    yes.len() == no.len() && differ == 1 && yes.iter().any(|part| is_token(&part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_links_that_differ_in_one_part_are_a_pair() {
        for (yes, no, expected) in [
            ("https://a.example/g?c=a&k=91ffe0d7", "https://a.example/g?c=d&k=91ffe0d7", true),
            ("https://a.example/mail/ok/b40f2e", "https://a.example/mail/no/b40f2e", true),
            ("https://a.example/mail/ok/b40f2e", "https://a.example/mail/ok/b40f2f", false),
            ("https://a.example/mail/ok/b40f2e", "https://a.example/help", false),
            ("https://a.example/mail/ok", "https://a.example/mail/no", false),
            ("https://a.example/mail/ok/b40f2e", "https://a.example/mail/ok/b40f2e", false),
        ] {
            assert_eq!(is_pair(yes, no), expected, "{yes} {no}");
        }
    }
}
