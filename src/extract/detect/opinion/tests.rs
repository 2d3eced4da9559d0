//! What the opinion is on some mails.

use super::super::super::policy::Policy;
use super::super::super::testing::mail;
use super::super::super::{Outcome, explain};
use super::*;

#[test]
fn signs_have_names_of_their_own() {
    let mut names = signs::names();
    let count = names.len();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), count);
    let (readings, about) = (Vec::new(), About::default());
    let mail = Mail::of(&readings, &about, 0, 0);
    assert_eq!(Signs::of(&mail, &[]).present().len(), count);
}

/// What is found, and the points of the opinion about the best value.
fn judged(subject: &str, body: &str) -> (String, Option<i32>) {
    let explained = explain(&mail("no-reply@acme.example", subject, body), &Policy::default());
    let found = match explained.outcome {
        Outcome::Found(found) => found.value.expose().to_owned(),
        _ => "none".to_owned(),
    };
    let candidates = explained.detection.map(|detection| detection.candidates).unwrap_or_default();
    let mut reasons = candidates.iter().flat_map(|candidate| &candidate.reasons);
    (found, reasons.find(|reason| reason.name.starts_with("all in all")).map(|reason| reason.points))
}

#[test]
fn a_code_for_a_counter_is_none_though_its_words_are_those_of_codes() {
    let body = "Bonjour,\nBonne nouvelle : votre colis PCM7730021 est arrivé !\nOù le retirer ?\nTabac Le Balto, \
                3 place de l'Église, 44400 Rezé\nDu lundi au samedi, de 7 h 30 à 19 h\nCode de retrait à présenter au \
                commerçant : 4471\nN'oubliez pas votre pièce d'identité.\nLe colis est conservé jusqu'au 28 mars inclus.";
    assert_eq!(judged("Votre colis vous attend chez Tabac Le Balto", body), ("none".to_owned(), Some(AGAINST)));
}

#[test]
fn a_mail_that_delivers_a_code_is_believed() {
    let body = "Hello Dana,\n\nsomebody, we hope you, wants to sign in to your Acme account from a new browser.\n\n\
                Your sign-in code: 447193\n\nIt expires in 10 minutes and can be used once. If this was not you, ignore this \
                mail and nobody gets in. We never ask for this code on the telephone.\n\nThe Acme team";
    assert_eq!(judged("Your sign-in code", body), ("447193".to_owned(), None));
}

#[test]
fn what_is_nearly_good_enough_passes_in_a_mail_that_asks_for_it() {
    let link = "https://jiunge.acme.example/thibitisha?namba=88&ufunguo=pQ";
    let body = format!(
        "Habari Amina,\n\nAsante kwa kujiunga na Soko Mtaa. Tafadhali bofya kiungo hiki ili kuthibitisha barua pepe yako na \
         kuanza kutumia akaunti yako:\n\n{link}\n\nKiungo hiki kitaisha muda baada ya saa 24. Kama hukujisajili, puuza \
         ujumbe huu.\n\nTimu ya Soko Mtaa"
    );
    let (found, points) = judged("Thibitisha barua pepe yako", &body);
    assert_eq!((found.as_str(), points.is_some_and(|points| points > 0)), (link, true), "{points:?}");
}

#[test]
fn too_little_text_is_no_ground_for_an_opinion() {
    assert_eq!(judged("Your parcel", "Code to show to the shopkeeper: 447193").1, None);
}
