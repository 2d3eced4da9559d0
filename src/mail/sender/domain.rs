//! When two domains are of one organisation (RFC 7489 sections 3.1 and 3.2), by the Public Suffix List.

/// The name that an organisation registered: `acme.co.uk` of `mail.acme.co.uk`. `None` for a public suffix itself.
pub(crate) fn organisation(domain: &str) -> Option<&str> {
    psl::domain_str(domain)
}

/// Relaxed alignment: both belong to one organisation. What is itself a public suffix is aligned with itself alone.
pub(crate) fn is_aligned(checked: &str, from: &str) -> bool {
    let (checked, from) = (plain(checked), plain(from));
    checked == from || organisation(&checked).is_some_and(|known| organisation(&from) == Some(known))
}

/// Whether `domain` is `parent` or lies below it; nothing lies below a public suffix.
pub(super) fn is_within(domain: &str, parent: &str) -> bool {
    let (domain, parent) = (plain(domain), plain(parent));
    domain == parent
        || organisation(&parent).is_some()
            && domain.strip_suffix(parent.as_str()).is_some_and(|before| before.len() > 1 && before.ends_with('.'))
}

fn plain(domain: &str) -> String {
    domain.trim_end_matches('.').to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn domains_of_one_organisation_are_aligned_and_a_public_suffix_joins_nobody() {
        for (a, b, aligned) in [
            ("acme.example", "ACME.example.", true),
            ("mail.acme.example", "acme.example", true),
            ("mail.acme.example", "news.acme.example", true),
            ("mail.acme.co.uk", "acme.co.uk", true),
            ("acme.co.uk", "beta.co.uk", false),
            ("co.uk", "acme.co.uk", false),
            ("acme.github.io", "beta.github.io", false),
            ("github.io", "acme.github.io", false),
            ("notacme.example", "acme.example", false),
            ("example", "acme.example", false),
        ] {
            assert_eq!(is_aligned(a, b), aligned, "{a} and {b}");
            assert_eq!(is_aligned(b, a), aligned, "{b} and {a}");
        }
    }

    #[test]
    fn nothing_lies_within_a_public_suffix() {
        assert!(is_within("a.lists.example", "lists.example"));
        assert!(is_within("lists.example", "Lists.example"));
        assert!(!is_within("xlists.example", "lists.example"));
        assert!(!is_within("acme.co.uk", "co.uk"));
        assert!(!is_within("lists.example", "a.lists.example"));
    }
}
