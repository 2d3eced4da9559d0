"""Looks at each built mail with Python's own email package, which shares nothing with the builder or the relay: the expected
code must be visible in it, the expected link must stand in it. Mails marked `damaged` are read leniently."""

import base64
import email
import email.policy
import html
import re
import unicodedata
from email.header import decode_header

INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\u00ad\ufeff\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u061c\u180e"))


def fold(text):
    text = unicodedata.normalize("NFKC", text).translate(INVISIBLE)
    return "".join(str(unicodedata.digit(c)) if not c.isascii() and unicodedata.digit(c, None) is not None else c for c in text)


def subject_of(message):
    """Joins the bytes of neighbouring encoded words first, so that a character split between two is whole."""
    raw = str(message.get("Subject", ""))
    try:
        return raw if "=?" not in raw else str(email.header.make_header(decode_header(raw)))
    except Exception:
        return "".join(b.decode(c or "latin-1", "replace") if isinstance(b, bytes) else b for b, c in decode_header(raw))


ALIASES = {"shift_jis": "cp932", "gb2312": "gb18030", "x-unknown": "utf-8", "unicode-1-1-utf-7": "utf-7", "ks_c_5601-1987": "cp949", "euc-kr": "cp949", "iso-8859-8-i": "iso-8859-8",
           "x-sjis": "cp932", "utf8": "utf-8", "us-ascii": "utf-8", "iso-8859-1": "cp1252", "x-gbk": "gb18030", "iso-8859-9": "cp1254", "gbk": "gb18030", "windows-31j": "cp932", "windows-874": "cp874",
           "macintosh": "mac_roman", "x-mac-cyrillic": "mac_cyrillic", "ks_c_5601": "cp949"}


def parts_of(message, out):
    if message.get_content_type() == "message/rfc822" and str(message.get("Content-Transfer-Encoding")).lower() == "base64":
        parts_of(email.message_from_bytes(base64.b64decode(message.get_payload(0).get_payload())), out)
    elif message.is_multipart():
        for part in message.get_payload():
            parts_of(part, out)
    elif message.get_content_maintype() == "text" or message.get_content_type() == "application/octet-stream":
        data = message.get_payload(decode=True) or b""
        cs = (message.get_content_charset() or "utf-8").lower()
        texts = []
        for candidate in (ALIASES.get(cs, cs), "utf-8"):
            try:
                texts.append(data.decode(candidate))
                break
            except (LookupError, UnicodeDecodeError):
                continue
        out.append((message.get_content_type(), texts[0] if texts else data.decode("latin-1")))


def strip_html(text):
    text = re.sub(r"(?is)<(style|script|title)\b.*?</\1>|<!--.*?-->", " ", text)
    alts = " ".join(re.findall(r"""(?is)\b(?:alt|title)\s*=\s*["']([^"']*)["']""", text))
    text = re.sub(r"(?is)<(br|/p|/div|/tr|/h\d|/li)[^>]*>", "\n", text)
    return html.unescape(re.sub(r"(?s)<[^>]*>", "", text)) + "\n" + html.unescape(alts)


def verify(root, expected):
    problems = 0
    for e in expected:
        raw = (root / e["file"]).read_bytes()
        message = email.message_from_bytes(raw, policy=email.policy.compat32)
        parts, subject = [], subject_of(message)
        parts_of(message, parts)
        if e["kind"] == "code":
            squeeze = lambda t: re.sub(r"[\s\-\u2010-\u2015.·|]+", "", fold(t))
            if "damaged" in e["traps"]:
                parts.append(("text/plain", raw.decode("utf-8", "replace")))
            seen = [subject] + [strip_html(t) if c == "text/html" else t for c, t in parts]
            ok = any(squeeze(e["value"]) in squeeze(t) for t in seen)
        elif e["kind"] == "link":
            want = {e["value"], *e.get("also", [])}
            found = set()
            for c, t in parts:
                urls = [html.unescape(m[1] or m[2] or m[3]) for m in re.finditer(r"""(?is)\bhref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+))""", t)] if c == "text/html" else []
                t = html.unescape(t) if c == "text/html" else t
                urls += re.findall(r"https?://[^\s<>\"]+", re.sub(r" ?\r?\n(?=\S)", "", t)) + re.findall(r"https?://[^\s<>\"]+", t)
                for u in urls:
                    u = u.strip().rstrip(".,;:!?")
                    for v in (u, u.rstrip(")]}'>")):
                        found.add("".join(f"%{ord(x):02X}" if x in ")]}'\"<>" else x for x in v))
            ok = want <= found
        else:
            ok = True
        if not ok:
            problems += 1
            print(f"not found: {e['file']}: {e['value']}")
    return problems
