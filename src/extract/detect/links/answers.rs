//! Two links that answer one question: "Yes, it is mine" and "No".

use super::super::lexicon::Classes;
use super::placed::Placed;

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
pub(super) fn of(places: &[Placed<'_, '_>]) -> Vec<Option<Answer>> {
    let mut answers = vec![None; places.len()];
    if places.len() > MOST {
        return answers;
    }
    let shown: Vec<&Placed> = places.iter().filter(|place| place.is_shown()).collect();
    for (at, pair) in shown.windows(2).enumerate() {
        if let [yes, no] = pair
            && answers.get(yes.nth) == Some(&None)
            && is_pair(&yes.anchor.href, &no.anchor.href)
            // Three and more are a scale.
            && !shown.get(at + 2).is_some_and(|next| is_pair(&no.anchor.href, &next.anchor.href))
        {
            let (turns, agrees) = (yes.own.has(AGAINST), !no.own.has(AGAINST));
            let is_sure = turns == agrees;
            let both = if turns && agrees {
                [Answer::No, Answer::Yes { is_sure }]
            } else {
                [Answer::Yes { is_sure }, Answer::No]
            };
            for (slot, answer) in answers.iter_mut().skip(yes.nth).step_by(no.nth - yes.nth).zip(both) {
                *slot = Some(answer);
            }
        }
    }
    answers
}

/// One part of them differs, another one that is shared is a token.
fn is_pair<'h>(yes: &'h str, no: &'h str) -> bool {
    const TOKEN: usize = 6;
    let path = |href| str::split_once(href, '?').map_or(href, |(path, _)| path);
    // "/confirm/0d7c?optin=1" and "/cancel/0d7c".
    let (yes, no) = if yes.contains('?') == no.contains('?') { (yes, no) } else { (path(yes), path(no)) };
    let parts = |href: &'h str| href.split(['/', '?', '&', '=', '#']);
    let differ = parts(yes).zip(parts(no)).filter(|(yes, no)| yes != no).take(2).count();
    let is_token = |part: &str| {
        part.len() >= TOKEN
            && part.contains(|c: char| c.is_ascii_digit())
            && !part.contains('.')
            && parts(no).any(|other| other == part)
    };
    differ == 1 && parts(yes).count() == parts(no).count() && parts(yes).any(is_token)
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
