"""What the files in `mails/` are written with: `code`, `link` and `none` each add one mail and what is expected of it."""

import re

import page
from mime import Attached, Multi, Part, domain, hexes, rng, token  # noqa: F401 (the mails use them)

MAILS = []
RTL = {"ar", "fa", "he", "ur", "ps", "ckb", "yi"}
PEOPLE = """mira.holt@post.example jonas.brandt@mailhaus.example lucia.ferrer@correo.example t.okafor@inbox.example wei.lin@youxiang.example
k.nowak@poczta.example svc-qa7@labs.test petra.dvorak@schranka.example a.haddad@barid.example yuki.mori@yubin.example sofia.lund@brev.example
d.petrov@pochta.example minh.tran@thu.example ravi.iyer@dak.example noa.levi@doar.example emre.kaya@posta.example e.kallio@posti.example
hana.kim@pyeonji.example r.costa@caixa.example marek.kral@zprava.example""".split()


def person(name):
    return rng(name, "person").choice(PEOPLE)


def normal_link(url):
    url = url.strip().rstrip(".,;:!?")
    return "".join(f"%{ord(c):02X}" if c in ")]}'\"<>" else c for c in url)


def bare(address):
    return (re.search(r"<([^>]+)>", address) or re.match(r"(.*)", address))[1].strip()


def add(kind, name, value, subj, src, frm, *, lang=None, to="", user=None, ident=None, traps="", ttl=None, form="alt", plain=None, html=None,
        shell=None, box=None, cs="utf-8", cte=None, label=None, hcs=None, hcte=None, hlabel=None, body=None, attach=(), related=(), also=(), unreadable=False,
        env="", flowed=False, **mail):
    lang = lang or name.split("-")[0].replace("_", "-")
    traps = set(traps.split())
    if to == "":
        to = person(name)
    single = to if to and "," not in to and ":" not in to else None
    user = user if user is not None else (bare(single) if single else "inbox@inbox.example")
    ident = ident or (bare(single) if single else None)
    assert kind == "none" or ident, name
    env = user if env == "" else env
    brand = frm.split("<")[0].strip().strip('"') or domain(frm).split(".")[0].title()
    shell = shell or rng(name, "shell").choice(page.SHELLS)
    fill = lambda s, e: s if s is None else s.replace("{L}", page.href(link_of) if e else link_of).replace("{Lraw}", link_of)
    link_of = value if kind == "link" else ""
    if body is None:
        src = fill(src, False) if form != "raw" else src
        if form == "raw":
            html_text, plain_text = fill(html if html is not None else src, True), fill(plain, False)
        else:
            hidden, out, small = page.to_html(src, name, shell, box)
            html_text = fill(html, True) if html is not None else page.wrap(name, domain(frm), brand, hidden, out, small, shell, lang, lang.split("-")[0] in RTL)
            plain_text = fill(plain, False) if plain is not None else page.to_plain(src, name)
        flow = "; format=flowed" + ("; delsp=yes" if flowed == "delsp" else "") if flowed else ""
        tp = Part("text/plain", plain_text, cs, cte, label, flow) if plain_text is not None else None
        hp = Part("text/html", html_text, hcs or cs, hcte or cte, hlabel if hlabel is not None else label)
        if form == "plain":
            body = tp
            traps.add("plain-only")
        elif form == "html" or (form == "raw" and tp is None):
            body = hp
            traps.add("html-only")
        else:
            if related:
                hp = Multi("related", hp, *related)
            body = Multi("alternative", tp, hp)
        if attach:
            body = Multi("mixed", body, *attach)
    if box in ("cells", "spans", "imgs", "img", "wbr", "zw", "zwnj", "shy", "wj", "ents", "hexents"):
        traps.add({"cells": "split-cells", "spans": "split-spans", "imgs": "image-alt", "img": "image-alt", "wbr": "invisible", "zw": "invisible", "zwnj": "invisible",
                   "shy": "invisible", "wj": "invisible", "ents": "entities", "hexents": "entities"}[box])
    for c in {cs, hcs or cs} - {"utf-8", "us-ascii"}:
        traps.add("charset")
    if flowed:
        traps.add("flowed")
    if kind != "none" and user and ident != user.lower() and not {"forward", "list", "catch-all"} & traps:
        traps.add("recipient")
    MAILS.append({"mail": {"name": name, "subj": subj, "frm": frm, "to": to, "body": body, "env": env, "cs": cs, **mail},
                  "expect": {"file": f"{kind}/{name}.eml", "kind": kind, **({"value": normal_link(value) if kind == "link" else value, "identifier": ident.lower()} if kind != "none" else {}),
                             **({"also": [normal_link(a) if kind == "link" else a for a in also]} if also else {}), "username": user, "lang": lang, "traps": sorted(traps),
                             **({"ttl_seconds": ttl} if ttl else {}), **({"unreadable": True} if unreadable else {})}})


def code(name, value, subj, src, frm, **kw):
    assert 4 <= len(value) <= 10, name
    add("code", name, value, subj, src, frm, **kw)


def link(name, url, subj, src, frm, **kw):
    add("link", name, url, subj, src, frm, **kw)


def none(name, subj, src, frm, **kw):
    add("none", name, "", subj, src, frm, **kw)
