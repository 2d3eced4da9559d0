"""Writes RFC 5322 bytes with full control over what a mail library would hide: charset, transfer encoding, labels,
boundaries, line ends and damage. Deterministic: everything that looks random comes from a hash of the mail's name."""

import base64
import hashlib
import quopri
import random

NON_LATIN = "windows-1251 koi8-r koi8-u iso-8859-5 windows-1253 iso-8859-7 windows-1255 iso-8859-8 windows-1256 iso-8859-6".split()


def rng(*seed):
    return random.Random(hashlib.sha256("\x00".join(seed).encode()).digest())


def hexes(seed, n):
    return hashlib.sha512(seed.encode()).hexdigest()[:n]


def token(seed, n=32, alphabet="ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"):
    r = rng("token", seed)
    return "".join(r.choice(alphabet) for _ in range(n))


def encode_text(text, charset):
    if charset == "utf-7":
        return text.encode("utf-7")
    return text.encode(charset)


class Part:
    """A leaf. `label` is the charset that the header claims; `data` replaces the text by bytes of any kind."""

    def __init__(self, ctype, text=None, cs="utf-8", cte=None, label=None, params="", data=None, headers=(), ctline=None):
        self.ctype, self.text, self.cs, self.cte, self.label = ctype, text, cs, cte, label
        self.params, self.data, self.headers, self.ctline = params, data, list(headers), ctline

    def render(self, ctx):
        if self.data is not None:
            payload, cte = self.data, self.cte or "base64"
            head = [f"Content-Type: {self.ctype}{self.params}"]
        else:
            text = self.text.replace("\r\n", "\n")
            payload = text.encode(self.cs, "xmlcharrefreplace") if self.ctype == "text/html" else encode_text(text, self.cs)
            cte = self.cte or ("7bit" if payload.isascii() and max(map(len, payload.split(b"\n"))) < 900 and not self.cs.startswith("utf-16")
                               else "base64" if self.cs in NON_LATIN + ["utf-16", "utf-16-le", "utf-16-be", "gb18030", "gb2312", "big5", "euc_kr",
                                                                       "shift_jis", "cp932", "euc_jp"] or
                               sum(b > 127 for b in payload) * 4 > len(payload) else "quoted-printable")
            label = self.label if self.label is not None else LABELS.get(self.cs, self.cs)
            head = [f"Content-Type: {self.ctype}" + (f"; charset={label}" if label else "") + self.params]
        if self.ctline is not None:
            head = [self.ctline] if self.ctline else []
        if cte != "none":
            head.append(f"Content-Transfer-Encoding: {cte}")
        if cte == "base64":
            body = base64.encodebytes(payload.replace(b"\n", b"\r\n") if self.data is None and self.cs not in ("utf-16", "utf-16-le", "utf-16-be")
                                      else payload)
        elif cte == "quoted-printable":
            body = quopri.encodestring(payload)
        else:
            body = payload
        return head + self.headers, body.rstrip(b"\n") + b"\n" if cte != "binary-exact" else body


LABELS = {"utf-8": "UTF-8", "latin-1": "ISO-8859-1", "cp932": "Shift_JIS", "shift_jis": "Shift_JIS", "euc_jp": "EUC-JP", "euc_kr": "EUC-KR",
          "iso2022_jp": "ISO-2022-JP", "utf-7": "UTF-7", "utf-16": "UTF-16", "gb2312": "GB2312", "gb18030": "GB18030", "big5": "Big5",
          "us-ascii": "us-ascii", "tis-620": "TIS-620", "iso2022_kr": "ISO-2022-KR", "hz": "HZ-GB-2312"}


class Multi:
    """A multipart. `boundary` is written as given; `close=False` leaves the end out; `declare` claims another boundary."""

    def __init__(self, subtype, *parts, boundary=None, close=True, declare=None, preamble="", epilogue="", params="", headers=()):
        self.subtype, self.parts, self.boundary, self.close = subtype, parts, boundary, close
        self.declare, self.preamble, self.epilogue, self.params, self.headers = declare, preamble, epilogue, params, list(headers)

    def render(self, ctx):
        ctx["n"] += 1
        r = rng(ctx["name"], "boundary", str(ctx["n"]))
        h = hexes(f"{ctx['name']}/{ctx['n']}", 40)
        b = self.boundary or r.choice([f"----=_Part_{int(h[:6], 16)}_{int(h[6:14], 16)}.17628{h[14:20]}", f"================{h[:19]}==", f"--_NmP-{h[:16]}-Part_1",
                                       f"_000_{h[:20].upper()}_", f"000000000000{h[:16]}", f"Apple-Mail={h[:8].upper()}-{h[8:12].upper()}-4F3A-{h[12:24].upper()}",
                                       f"b1={h[:32]}", f"_----------={h[:22]}"])
        declared = self.declare if self.declare is not None else b
        head = [f"Content-Type: multipart/{self.subtype};{self.params}" + (f' boundary="{declared}"' if declared else "")] + self.headers
        out = (self.preamble + "\n").encode() if self.preamble else b""
        for part in self.parts:
            ph, pb = part.render(ctx)
            out += f"--{b}\n".encode() + "\n".join(ph).encode("utf-8", "surrogateescape") + b"\n\n" + pb + b"\n"
        if self.close:
            out += f"--{b}--\n".encode()
        return head, out + self.epilogue.encode()


class Attached:
    """message/rfc822: `mail` is a dict as `message_bytes` takes it."""

    def __init__(self, mail, disposition='attachment; filename="original.eml"', ctype="message/rfc822", cte="7bit"):
        self.mail, self.disposition, self.ctype, self.cte = mail, disposition, ctype, cte

    def render(self, ctx):
        inner = message_bytes({**self.mail, "name": ctx["name"] + "/inner", "eol": "\n"})
        head = [f"Content-Type: {self.ctype}"] + ([f"Content-Disposition: {self.disposition}"] if self.disposition else [])
        if self.cte == "base64":
            return head + ["Content-Transfer-Encoding: base64"], base64.encodebytes(inner.replace(b"\n", b"\r\n"))
        return head + ["Content-Transfer-Encoding: " + ("7bit" if inner.isascii() else "8bit")], inner


def encoded_words(text, cs="utf-8", enc=None, split=None):
    """RFC 2047. `split` cuts the bytes every so many, mid-character if it falls so."""
    if text.isascii() and cs not in ("utf-7",):
        return text
    label = LABELS.get(cs, cs)
    data = encode_text(text, cs)
    enc = enc or ("Q" if sum(b > 127 for b in data) * 3 < len(data) else "B")
    if split:
        chunks = [data[i:i + split] for i in range(0, len(data), split)]
    else:
        chunks, current = [], ""
        for c in text:
            if len(encode_text(current + c, cs)) > (39 if enc == "B" else 18):
                chunks.append(encode_text(current, cs))
                current = ""
            current += c
        chunks.append(encode_text(current, cs))
    words = []
    for chunk in chunks:
        if enc == "B":
            words.append(f"=?{label}?B?{base64.b64encode(chunk).decode()}?=")
        else:
            q = "".join(chr(b) if chr(b).isalnum() and b < 128 else "_" if b == 32 else f"={b:02X}" for b in chunk)
            words.append(f"=?{label}?Q?{q}?=")
    return "\n ".join(words)


def address_line(text, cs="utf-8"):
    """Encodes the display names of `Name <a@b>, c@d`."""
    out = []
    for one in text.split(", "):
        if "<" in one and not one.isascii():
            name, rest = one.rsplit("<", 1)
            out.append(encoded_words(name.strip().strip('"'), cs, "B" if cs != "utf-8" else None) + " <" + rest)
        else:
            out.append(one)
    return ", ".join(out)


DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def date_of(name):
    import datetime
    r = rng(name, "date")
    at = datetime.datetime(2025, 1, 6) + datetime.timedelta(seconds=r.randrange(300 * 86400))
    return f"{DAYS[at.weekday()]}, {at.day:02d} {MONTHS[at.month - 1]} {at.year} {at:%H:%M:%S} {r.choice(['+0000', '+0100', '+0200', '-0500', '+0900', '+0530', '+0300', '-0800'])}"


def domain(address):
    return address.rsplit("@", 1)[-1].strip(" <>") if "@" in address else "mail.example"


def message_bytes(m):
    """`m`: name, subj, frm, to (None: no To line), body; optional cc, headers, cs, senc, split, rawsubj, mailer, eol, env, date, cut."""
    name, ctx = m["name"], {"name": m["name"], "n": 0}
    r = rng(name, "mailer")
    dom = domain(m["frm"])
    env = m.get("env")
    h = hexes(name, 64)
    out = []
    mailer = m.get("mailer") or r.choice(["postfix", "esp", "ses", "exchange", "plain"])
    if env:
        out.append(f"Delivered-To: {env}")
    if m.get("top"):
        out += m["top"]
    if mailer != "bare":
        out.append(f"Return-Path: <bounce+{h[:12]}@{'em.' if mailer == 'esp' else ''}{dom}>")
        out.append(f"Received: from mx{int(h[0], 16)}.{dom} (mx{int(h[0], 16)}.{dom} [192.0.2.{int(h[2:4], 16)}])\n\tby mail.inbox.example (Postfix) with ESMTPS id {h[4:14].upper()}\n\t"
                   f"for <{env or 'inbox@inbox.example'}>; {m.get('date') or date_of(name)}")
    if mailer in ("esp", "ses"):
        out.append(f"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d={dom}; s=s{int(h[14:17], 16)};\n\th=from:to:subject:date; bh={token(name + 'bh', 43)}=;\n\tb={token(name + 'b1', 60)}\n\t {token(name + 'b2', 60)}==")
        out.append(f"Feedback-ID: {int(h[20:26], 16)}:transactional:{dom.split('.')[0]}")
    out.append(f"Date: {m.get('date') or date_of(name)}")
    cs = m.get("cs", "utf-8")
    out.append("From: " + address_line(m["frm"], cs))
    if m.get("to") is not None:
        out.append("To: " + address_line(m["to"], cs))
    if m.get("cc"):
        out.append("Cc: " + address_line(m["cc"], cs))
    raw = m.get("rawsubj")
    if raw is not None:
        out.append(b"Subject: " + raw)
    elif m.get("subj") is not None:
        out.append("Subject: " + encoded_words(m["subj"], m.get("scs", cs), m.get("senc"), m.get("split")))
    if mailer != "bare" or m.get("msgid"):
        out.append(f"Message-ID: <{h[30:52]}.{int(h[52:58], 16)}@{'email.' if mailer == 'ses' else ''}{dom}>")
    out += m.get("headers", [])
    if mailer == "exchange":
        out += [f"X-MS-Exchange-Organization-Network-Message-Id: {h[:8]}-{h[8:12]}-4{h[12:15]}-9{h[15:18]}-{h[18:30]}", "X-MS-TNEF-Correlator:"]
    if mailer == "esp":
        out.append(f"X-Entity-Ref-ID: {h[5:37]}")
    body = m["body"]
    head, payload = body.render(ctx)
    if not m.get("nomime"):
        out.append("MIME-Version: 1.0")
    out += head
    raw = b"\n".join(line if isinstance(line, bytes) else line.encode("utf-8", "surrogateescape") for line in out) + b"\n\n" + payload
    if m.get("cut"):
        raw = raw[: raw.index(m["cut"].encode()) + len(m["cut"])] if isinstance(m["cut"], str) else raw[: m["cut"]]
    eol = m.get("eol", "\r\n")
    return raw if eol == "\n" else raw.replace(b"\r\n", b"\n").replace(b"\n", eol.encode())
