//! What an S/MIME part is (RFC 8551): the content of a signed one, which is wrapped but not secret, can be read.
//!
//! Reads just enough of BER (X.690) to walk to that content; the signature is not looked at.

/// What a part of type application/pkcs7-mime holds.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Cms {
    /// A MIME entity.
    Signed(Vec<u8>),
    Encrypted,
    Other,
}

/// id-signedData and id-envelopedData (RFC 5652), id-ct-authEnvelopedData (RFC 5083).
const SIGNED: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x02];
const ENVELOPED: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x03];
const AUTH_ENVELOPED: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x09, 0x10, 0x01, 0x17];

const OID: u8 = 0x06;
const OCTETS: u8 = 0x04;
const OCTETS_IN_PIECES: u8 = 0x24;
const SEQUENCE: u8 = 0x30;
const EXPLICIT_0: u8 = 0xA0;

/// Reads a ContentInfo.
pub(super) fn read(bytes: &[u8]) -> Cms {
    let mut reader = Reader { rest: bytes };
    match reader.enter(SEQUENCE).and_then(|()| reader.value(OID)) {
        Some(oid) if oid == SIGNED => reader.signed().map_or(Cms::Other, Cms::Signed),
        Some(oid) if oid == ENVELOPED || oid == AUTH_ENVELOPED => Cms::Encrypted,
        _ => Cms::Other,
    }
}

struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    /// The eContent of a SignedData.
    fn signed(&mut self) -> Option<Vec<u8>> {
        self.enter(EXPLICIT_0)?;
        self.enter(SEQUENCE)?;
        self.skip()?; // version
        self.skip()?; // digestAlgorithms
        self.enter(SEQUENCE)?;
        self.value(OID)?;
        self.enter(EXPLICIT_0)?;
        match self.header()? {
            // A mail that was cut gives what it has.
            (OCTETS, Some(len)) => self.take(len.min(self.rest.len())).map(<[u8]>::to_vec),
            (OCTETS_IN_PIECES, len) => {
                let end = len.map(|len| self.rest.len().saturating_sub(len));
                let mut content = Vec::new();
                while end.is_none_or(|end| self.rest.len() > end) && self.rest.first() == Some(&OCTETS) {
                    let (_, Some(len)) = self.header()? else { break };
                    content.extend_from_slice(self.take(len.min(self.rest.len()))?);
                }
                Some(content)
            }
            _ => None,
        }
    }

    /// Tag and length of what comes next; without a length it goes on to an end mark.
    fn header(&mut self) -> Option<(u8, Option<usize>)> {
        let (&tag, rest) = self.rest.split_first()?;
        let (&first, rest) = rest.split_first()?;
        self.rest = rest;
        let len = match first {
            0x80 => None,
            0..0x80 => Some(usize::from(first)),
            _ => {
                let bytes = self.take(usize::from(first & 0x7F)).filter(|bytes| bytes.len() <= 4)?;
                Some(bytes.iter().fold(0, |len, byte| len << 8 | usize::from(*byte)))
            }
        };
        Some((tag, len))
    }

    fn take(&mut self, len: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(len)?;
        self.rest = rest;
        Some(taken)
    }

    fn enter(&mut self, tag: u8) -> Option<()> {
        (self.header()?.0 == tag).then_some(())
    }

    fn value(&mut self, tag: u8) -> Option<&'a [u8]> {
        let (found, len) = self.header()?;
        self.take(len?).filter(|_| found == tag)
    }

    /// Steps over one element.
    fn skip(&mut self) -> Option<()> {
        let mut open = 0usize;
        loop {
            match self.header()? {
                (0, Some(0)) => open = open.checked_sub(1)?,
                (_, Some(len)) => _ = self.take(len)?,
                (_, None) => open += 1,
            }
            if open == 0 {
                return Some(());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An element with a definite length.
    fn element(tag: u8, content: &[u8]) -> Vec<u8> {
        let len = u16::try_from(content.len()).unwrap().to_be_bytes();
        [&[tag, 0x82], &len[..], content].concat()
    }

    /// An element that goes on to its end mark.
    fn open_element(tag: u8, content: &[u8]) -> Vec<u8> {
        [&[tag, 0x80], content, &[0, 0]].concat()
    }

    fn signed(element: fn(u8, &[u8]) -> Vec<u8>, content: &[u8]) -> Vec<u8> {
        let oid = [&[OID, 9], &SIGNED[..8], &[1]].concat();
        let encapsulated = element(SEQUENCE, &[oid, element(EXPLICIT_0, content)].concat());
        let data = element(SEQUENCE, &[vec![2, 1, 1], element(0x31, &[0x05, 0x00]), encapsulated].concat());
        element(SEQUENCE, &[[&[OID, 9], SIGNED].concat(), element(EXPLICIT_0, &data)].concat())
    }

    #[test]
    fn signed_content_is_found_in_every_form() {
        let text = b"Content-Type: text/plain\r\n\r\nYour code is 482913\r\n";
        let whole = element(OCTETS, text);
        let pieces = [element(OCTETS, &text[..10]), element(OCTETS, &text[10..])].concat();
        for raw in [
            signed(element, &whole),
            signed(open_element, &whole),
            signed(element, &element(OCTETS_IN_PIECES, &pieces)),
            signed(open_element, &open_element(OCTETS_IN_PIECES, &pieces)),
        ] {
            assert_eq!(read(&raw), Cms::Signed(text.to_vec()));
            // Whatever is cut off, nothing breaks.
            for end in 0..raw.len() {
                read(&raw[..end]);
            }
        }
    }

    #[test]
    fn encrypted_content_is_recognised() {
        let oid = [&[OID, 9], ENVELOPED].concat();
        assert_eq!(read(&element(SEQUENCE, &oid)), Cms::Encrypted);
        assert_eq!(read(b"not BER at all"), Cms::Other);
        assert_eq!(read(b""), Cms::Other);
    }
}
