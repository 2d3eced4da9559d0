"""A small markup becomes the HTML that real senders make of it, in several house styles, and its plain text.

Blocks are parted by blank lines:
    ~ hidden preheader          # heading            !! code box             ^ small print
    [btn Text](URL)             - list item          | cell | cell           ---            ![alt](src)
Inline: **bold**, [text](URL), bare URLs. Anything else is a paragraph, its line ends are kept as <br>.
"""

import html as h
import re

from mime import rng, hexes, token


def esc(text):
    return h.escape(text, quote=False)


def href(url):
    return h.escape(url, quote=True)


def inline(text):
    out, pos = "", 0
    for m in re.finditer(r"(?<![\w(\[/])(https?://[^\s<>]*[^\s<>.,;:!?()])|\*\*(.+?)\*\*|\[([^\]]+)\]\((\S+?)\)(?=[.,;:!?)]*(?:\s|$)|[^\x00-\x7f])", text):
        out += esc(text[pos:m.start()])
        if m[1]:
            out += f'<a href="{href(m[1])}">{esc(m[1])}</a>'
        else:
            out += f"<strong>{esc(m[2])}</strong>" if m[2] else f'<a href="{href(m[4])}" target="_blank">{esc(m[3])}</a>'
        pos = m.end()
    return out + esc(text[pos:])


def plain_inline(text, style):
    def link(m):
        if m[1] == m[2]:
            return m[2]
        return [f"{m[1]}: {m[2]}", f"{m[1]} <{m[2]}>", f"{m[1]} ( {m[2]} )", f"{m[1]}\n{m[2]}", f"{m[1]} [{m[2]}]"][style]
    text = re.sub(r"\[(?:btn )?([^\]]+)\]\((\S+?)\)(?=[.,;:!?)]*(?:\s|$)|[^\x00-\x7f])", link, text)
    return re.sub(r"\*\*(.+?)\*\*", r"*\1*" if style % 2 else r"\1", text)


BOXES = {
    "td": lambda c: f'<table role="presentation" cellpadding="0" cellspacing="0" align="center" style="margin:24px auto;"><tr><td style="background:#f4f4f7;border-radius:8px;padding:18px 32px;font-size:32px;font-weight:700;letter-spacing:6px;color:#202123;">{esc(c)}</td></tr></table>',
    "p": lambda c: f'<p style="font-size:28px;line-height:36px;color:#111827;margin:16px 0;"><b>{esc(c)}</b></p>',
    "h1": lambda c: f'<h1 style="font-family:monospace;font-size:40px;text-align:center;color:#0b5fff">{esc(c)}</h1>',
    "div": lambda c: f'<div class="otp" style="display:inline-block;border:1px dashed #999999;padding:12px 20px;font:600 24px/32px Menlo,monospace">{esc(c)}</div>',
    "span": lambda c: f'<p><span style="font-size:24px;background-color:#eef2ff;padding:4px 8px"><span>{esc(c)}</span></span></p>',
    "pre": lambda c: f'<pre style="text-align:center;font-size:30px;">{esc(c)}</pre>',
    "font": lambda c: f'<center><font size="6" color="#003366"><b>{esc(c)}</b></font></center>',
    "cells": lambda c: '<table role="presentation" cellspacing="8" align="center"><tr>\n' + "\n".join(f'<td width="44" height="56" align="center" style="border:1px solid #d0d5dd;border-radius:6px;font-size:28px">{esc(x)}</td>' for x in c if x != " ") + "\n</tr></table>",
    "spans": lambda c: '<div style="text-align:center">' + "".join(f'<span style="display:inline-block;width:36px;margin:0 4px;border-bottom:2px solid #333333;font-size:30px">{esc(x)}</span>' for x in c) + "</div>",
    "wbr": lambda c: f'<p style="font-size:30px">{"<wbr>".join(esc(x) for x in c)}</p>',
    "zw": lambda c: f'<p style="font-size:30px">{"&#8203;".join(esc(x) for x in c)}</p>',
    "zwnj": lambda c: f'<p style="font-size:30px">{"&zwnj;".join(esc(x) for x in c)}</p>',
    "shy": lambda c: f'<p style="font-size:30px">{"&shy;".join(esc(x) for x in c)}</p>',
    "wj": lambda c: f'<p style="font-size:30px">{"&#x2060;".join(esc(x) for x in c)}</p>',
    "ents": lambda c: f'<p style="font-size:30px"><b>{"".join(f"&#{ord(x)};" for x in c)}</b></p>',
    "hexents": lambda c: f'<p style="font-size:30px"><b>{"".join(f"&#x{ord(x):04X};" for x in c)}</b></p>',
    "imgs": lambda c: '<p align="center">' + "".join(f'<img src="https://static.mailimg.example/d/{hexes(x + str(i), 12)}.png" alt="{x}" width="32" height="48">' for i, x in enumerate(c)) + "</p>",
    "img": lambda c: f'<p align="center"><img src="https://static.mailimg.example/code/{hexes(c, 24)}.png" alt="{h.escape(c)}" width="240" height="64" style="color:#222222;font-size:30px"></p>',
}
USUAL = ["td", "p", "h1", "div", "span", "font", "td", "p"]


def button(text, url, style):
    u, t = href(url), inline(text)
    if style == "table":
        return (f'<!--[if mso]><v:roundrect xmlns:v="urn:schemas-microsoft-com:vml" href="{u}" style="height:44px;v-text-anchor:middle;width:220px;" arcsize="10%" stroke="f" fillcolor="#1a73e8"><w:anchorlock/><center style="color:#ffffff;font-size:16px">{t}</center></v:roundrect><![endif]-->'
                f'<!--[if !mso]><!-- --><a href="{u}" style="background-color:#1a73e8;border-radius:4px;color:#ffffff;display:inline-block;font-size:16px;line-height:44px;text-align:center;text-decoration:none;width:220px;">{t}</a><!--<![endif]-->')
    if style == "bare":
        return f'<p><a href="{u}">{t}</a></p>'
    return f'<table role="presentation" border="0" cellpadding="0" cellspacing="0"><tbody><tr><td align="center" bgcolor="#0f62fe" style="border-radius:6px"><a href="{u}" target="_blank" rel="noopener" style="display:inline-block;padding:14px 28px;color:#ffffff;text-decoration:none"><span>{t}</span></a></td></tr></tbody></table>'


def blocks(source):
    return [b.strip("\n") for b in re.split(r"\n[ \t]*\n", source.strip("\n")) if b.strip()]


def to_html(source, name, shell, box=None, dirattr=""):
    out, small, hidden = [], [], ""
    box = box or rng(name, "box").choice(USUAL)
    bstyle = {"table": "table", "mso": "table", "bare": "bare", "frag": "bare", "old": "bare", "word": "bare"}.get(shell, "td")
    for b in blocks(source):
        if b.startswith("~ "):
            hidden = esc(b[2:])
        elif b.startswith("# "):
            out.append(f'<h2 style="margin:0 0 16px;font-size:22px;color:#1f2937">{inline(b[2:])}</h2>')
        elif b.startswith("!! "):
            out.append(BOXES[box](b[3:].strip()))
        elif b.startswith("^ "):
            small.append(inline(b[2:]).replace("\n", "<br>\n"))
        elif m := re.fullmatch(r"\[btn (.+?)\]\((\S+)\)", b):
            out.append(button(m[1], m[2], bstyle))
        elif b == "---":
            out.append('<hr style="border:none;border-top:1px solid #e5e7eb">')
        elif m := re.fullmatch(r"!\[(.*?)\]\((\S+)\)", b):
            out.append(f'<img src="{href(m[2])}" alt="{h.escape(m[1])}" width="560" border="0" style="display:block">')
        elif b.startswith("- "):
            out.append("<ul>" + "".join(f"<li>{inline(i[2:])}</li>" for i in b.split("\n")) + "</ul>")
        elif b.startswith("| "):
            rows = "".join("<tr>" + "".join(f'<td style="padding:6px 12px;border-bottom:1px solid #eeeeee">{inline(c.strip())}</td>' for c in row.strip("| ").split("|")) + "</tr>" for row in b.split("\n"))
            out.append(f'<table width="100%" cellpadding="0" cellspacing="0">{rows}</table>')
        elif b.startswith("<"):
            out.append(b)
        else:
            out.append(f'<p style="margin:0 0 16px">{inline(b)}</p>'.replace("\n", "<br>\n"))
    return hidden, out, small


def to_plain(source, name, width=0):
    style, out = rng(name, "plainlinks").randrange(5), []
    for b in blocks(source):
        if b.startswith("~ ") or b.startswith("<") or re.fullmatch(r"!\[(.*?)\]\((\S+)\)", b):
            continue
        if b.startswith("# "):
            t = plain_inline(b[2:], style)
            out.append(t + ("\n" + "=" * min(len(t), 40) if style == 1 else ""))
        elif b.startswith("!! "):
            out.append(b[3:] if style != 3 else "    " + b[3:])
        elif b == "---":
            out.append("-" * 40)
        elif b.startswith("^ "):
            out.append(plain_inline(b[2:], style))
        elif b.startswith("- "):
            out.append("\n".join(("* " if style % 2 else "- ") + plain_inline(i[2:], style) for i in b.split("\n")))
        elif b.startswith("| "):
            out.append("\n".join("  ".join(plain_inline(c.strip(), style) for c in row.strip("| ").split("|")) for row in b.split("\n")))
        else:
            out.append(plain_inline(b, style))
    return "\n\n".join(out) + "\n"


SHELLS = ["table", "divs", "mso", "bare", "react", "frag", "old", "dark"]


def wrap(name, dom, brand, hidden, body, small, shell, lang="en", rtl=False):
    """The page around the blocks: logos, styles, preheaders, pixels, the noise of real mail."""
    home, hx = f"https://www.{dom}/?utm_source=email&amp;utm_campaign=tx_{hexes(name, 6)}", hexes(name + "px", 40)
    d = ' dir="rtl"' if rtl else ""
    pixel = f'<img src="https://t.{dom}/o/{hx}/p.gif?r={int(hx[:8], 16)}" width="1" height="1" alt="" style="display:block">'
    body_html, small_html = "\n".join(body), "".join(f'<p style="font-size:12px;color:#6b7280;line-height:18px">{s}</p>\n' for s in small)
    pad = "&nbsp;&zwnj;" * 24
    if shell == "table":
        return f'''<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">
<html xmlns="http://www.w3.org/1999/xhtml" lang="{lang}"{d}>
<head>
<meta http-equiv="Content-Type" content="text/html; charset=UTF-8" />
<meta name="viewport" content="width=device-width, initial-scale=1.0" />
<title>{esc(brand)}</title>
<style type="text/css">
body {{ margin:0; padding:0; background-color:#f2f4f6; color:#51545e; }}
a {{ color:#3869d4; }}
.c {{ width:600px; }}
@media only screen and (max-width:600px) {{ .c {{ width:100% !important; }} .p-24 {{ padding:24px 16px !important; }} }}
</style>
</head>
<body bgcolor="#f2f4f6">
<span style="display:none;font-size:1px;color:#f2f4f6;line-height:1px;max-height:0;max-width:0;opacity:0;overflow:hidden;">{hidden}{pad}</span>
<table width="100%" cellpadding="0" cellspacing="0" role="presentation"><tr><td align="center">
<table class="c" width="600" cellpadding="0" cellspacing="0" role="presentation">
<tr><td style="padding:25px 0;text-align:center"><a href="{home}"><img src="https://cdn.{dom}/m/logo@2x.png" width="140" height="40" alt="{esc(brand)}" border="0" /></a></td></tr>
<tr><td class="p-24" style="padding:45px;background-color:#ffffff">
{body_html}
</td></tr>
<tr><td style="padding:35px;text-align:center">
{small_html}</td></tr>
</table>
</td></tr></table>
{pixel}
</body>
</html>
'''
    if shell == "mso":
        return f'''<!doctype html>
<html lang="{lang}"{d} xmlns="http://www.w3.org/1999/xhtml" xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office">
<head>
<title></title>
<!--[if !mso]><!--><meta http-equiv="X-UA-Compatible" content="IE=edge"><!--<![endif]-->
<meta http-equiv="Content-Type" content="text/html; charset=UTF-8">
<style type="text/css">#outlook a {{ padding:0; }} body {{ margin:0;padding:0;-webkit-text-size-adjust:100%; }} table, td {{ border-collapse:collapse;mso-table-lspace:0pt; }} p {{ display:block;margin:13px 0; }}</style>
<!--[if mso]><noscript><xml><o:OfficeDocumentSettings><o:AllowPNG/><o:PixelsPerInch>96</o:PixelsPerInch></o:OfficeDocumentSettings></xml></noscript><![endif]-->
<!--[if lte mso 11]><style type="text/css">.mj-outlook-group-fix {{ width:100% !important; }}</style><![endif]-->
<style type="text/css">@media only screen and (min-width:480px) {{ .mj-column-per-100 {{ width:100% !important; max-width: 100%; }} }}</style>
</head>
<body style="word-spacing:normal;background-color:#F4F4F4;">
<div style="display:none;font-size:1px;color:#ffffff;line-height:1px;max-height:0px;max-width:0px;opacity:0;overflow:hidden;">{hidden}</div>
<div style="background-color:#F4F4F4;">
<!--[if mso | IE]><table align="center" border="0" cellpadding="0" cellspacing="0" style="width:600px;" width="600" bgcolor="#ffffff"><tr><td style="line-height:0px;font-size:0px;mso-line-height-rule:exactly;"><![endif]-->
<div style="background:#ffffff;margin:0px auto;max-width:600px;">
<div class="mj-column-per-100 mj-outlook-group-fix" style="font-size:0px;text-align:left;display:inline-block;vertical-align:top;width:100%;">
<table border="0" cellpadding="0" cellspacing="0" role="presentation" width="100%"><tbody>
<tr><td style="font-size:0px;padding:10px 25px;"><a href="{home}"><img alt="{esc(brand)}" height="auto" src="https://cdn.{dom}/img/{hx[:10]}.png" style="border:0;display:block;width:100%;font-size:13px;" width="120"></a></td></tr>
<tr><td style="padding:10px 25px;font-family:Ubuntu, Helvetica, Arial, sans-serif;font-size:14px;line-height:1.5;color:#000000;">
{body_html}
</td></tr>
</tbody></table></div></div>
<!--[if mso | IE]></td></tr></table><![endif]-->
<div style="margin:0px auto;max-width:600px;text-align:center">{small_html}</div>
</div>{pixel}
</body></html>
'''
    if shell == "react":
        return f'''<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd"><html dir="{'rtl' if rtl else 'ltr'}" lang="{lang}"><head><link rel="preload" as="image" href="https://{dom}/static/logo.png"/><meta content="text/html; charset=UTF-8" http-equiv="Content-Type"/><meta name="x-apple-disable-message-reformatting"/><!--$--></head><body style="background-color:#ffffff;font-family:-apple-system,BlinkMacSystemFont,&quot;Segoe UI&quot;,Roboto,sans-serif"><div style="display:none;overflow:hidden;line-height:1px;opacity:0;max-height:0;max-width:0" data-skip-in-text="true">{hidden}<div> ‌​‍‎‏﻿ ‌​‍‎‏﻿ ‌​‍‎‏﻿ ‌​‍‎‏﻿ ‌​‍‎‏﻿</div></div><table align="center" width="100%" border="0" cellPadding="0" cellSpacing="0" role="presentation" style="max-width:37.5em;margin:0 auto;padding:20px 0 48px"><tbody><tr style="width:100%"><td><img alt="{esc(brand)}" height="42" src="https://{dom}/static/logo.png" style="display:block;outline:none;border:none;text-decoration:none" width="42"/>{"".join(body)}<hr style="width:100%;border:none;border-top:1px solid #eaeaea"/>{"".join(f'<p style="font-size:14px;line-height:24px;color:#b4becc">{s}</p>' for s in small)}</td></tr></tbody></table><!--/$--></body></html>
'''
    if shell == "dark":
        return f'''<!DOCTYPE html>
<html lang="{lang}"{d}>
<head>
<meta charset="utf-8">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<style>
:root {{ color-scheme: light dark; }}
@media (prefers-color-scheme: dark) {{ .bg {{ background:#0d1117 !important; color:#c9d1d9 !important; }} .dark-img {{ display:block !important; }} }}
.dark-img {{ display:none; }}
.preheader {{ display:none !important; visibility:hidden; mso-hide:all; font-size:1px; max-height:0; overflow:hidden; }}
</style>
</head>
<body class="bg" style="margin:0">
<div class="preheader">{hidden}</div>
<main style="max-width:560px;margin:0 auto;padding:32px 16px;font-family:Inter,Arial,sans-serif">
<img class="dark-img" src="https://cdn.{dom}/logo-dark.png" alt="" width="96"><img src="https://cdn.{dom}/logo-light.png" alt="{esc(brand)}" width="96">
{body_html}
<footer>{small_html}</footer>
</main>{pixel}
</body>
</html>
'''
    if shell == "divs":
        return f'''<html><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8"></head><body{d} style="font-family:Arial,Helvetica,sans-serif;font-size:15px;color:#333333">
<div style="max-width:520px;margin:0 auto"><div style="padding:16px 0;border-bottom:3px solid #e6007e"><b style="font-size:20px">{esc(brand)}</b></div>
<div style="padding:20px 0">
{body_html}
</div>
<div style="border-top:1px solid #cccccc">{small_html}</div></div>{pixel}</body></html>
'''
    if shell == "old":
        return f'''<HTML>
<HEAD>
<TITLE>{esc(brand)}</TITLE>
<META HTTP-EQUIV="Content-Type" CONTENT="text/html">
<STYLE>TD.t1 {{FONT-SIZE: 12px; COLOR: #333366; FONT-FAMILY: Verdana}}</STYLE>
</HEAD>
<BODY BGCOLOR=#FFFFFF TEXT=#000000 LINK=#003399{d}>
<TABLE WIDTH=640 BORDER=0 CELLPADDING=4><TR><TD BGCOLOR=#003366><FONT COLOR=#FFFFFF FACE=Verdana SIZE=4><B>{esc(brand)}</B></FONT></TD></TR>
<TR><TD CLASS=t1>
{body_html}
</TD></TR><TR><TD BGCOLOR=#EEEEEE><FONT SIZE=1>{small_html}</FONT></TD></TR></TABLE>
</BODY>
</HTML>
'''
    if shell == "word":
        return f'''<html xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:w="urn:schemas-microsoft-com:office:word" xmlns="http://www.w3.org/TR/REC-html40">
<head><meta http-equiv="Content-Type" content="text/html; charset=utf-8"><meta name="Generator" content="Microsoft Word 15 (filtered medium)">
<style><!--
/* Font Definitions */
@font-face {{font-family:Calibri; panose-1:2 15 5 2 2 2 4 3 2 4;}}
p.MsoNormal {{margin:0cm; font-size:11.0pt; font-family:"Calibri",sans-serif; color:#1F497D;}}
--></style><!--[if gte mso 9]><xml><o:shapedefaults v:ext="edit" spidmax="1026" /></xml><![endif]--></head>
<body lang="{lang}"{d} link="#0563C1" vlink="#954F72"><div class="WordSection1">
{body_html.replace('<p style="margin:0 0 16px">', '<p class="MsoNormal">').replace('</p>', '<o:p></o:p></p><p class="MsoNormal"><o:p>&nbsp;</o:p></p>')}
{small_html}</div></body></html>
'''
    if shell == "bare":
        return f"<html><body{d}>\n{body_html}\n{small_html}</body></html>\n"
    if shell == "frag":
        return f'<div dir="{"rtl" if rtl else "ltr"}">{body_html}</div>\n{small_html}'
    raise ValueError(shell)
