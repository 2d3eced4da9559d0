"""The header blocks that mail programs put above a mail they forward inline, as plain text and as HTML, in their languages."""

from page import esc

# From, Date, Subject, To, in the order in which the program writes them (f d s t).
GMAIL = {
    "en": ("---------- Forwarded message ---------", "From", "Date", "Subject", "To"),
    "de": ("---------- Forwarded message ---------", "Von", "Date", "Subject", "To"),
    "fr": ("---------- Forwarded message ---------", "De", "Date", "Subject", "To"),
    "es": ("---------- Forwarded message ---------", "De", "Date", "Subject", "To"),
    "ru": ("---------- Forwarded message ---------", "От", "Date", "Subject", "To"),
    "ja": ("---------- Forwarded message ---------", "From", "Date", "Subject", "To"),
    "tr": ("---------- Forwarded message ---------", "Gönderen", "Date", "Subject", "To"),
    "he": ("---------- Forwarded message ---------", "מאת", "Date", "Subject", "To"),
}
APPLE = {
    "en": ("Begin forwarded message:", "From", "Subject", "Date", "To"),
    "de": ("Anfang der weitergeleiteten Nachricht:", "Von", "Betreff", "Datum", "An"),
    "fr": ("Début du message réexpédié :", "De", "Objet", "Date", "À"),
    "it": ("Inizio messaggio inoltrato:", "Da", "Oggetto", "Data", "A"),
    "es": ("Inicio del mensaje reenviado:", "De", "Asunto", "Fecha", "Para"),
    "nl": ("Begin doorgestuurd bericht:", "Van", "Onderwerp", "Datum", "Aan"),
    "sv": ("Vidarebefordrat brev:", "Från", "Ämne", "Datum", "Till"),
    "ja": ("転送されたメッセージ:", "差出人", "件名", "日付", "宛先"),
    "zh": ("开始转发的邮件：", "发件人", "主题", "日期", "收件人"),
    "pl": ("Początek przekazywanej wiadomości:", "Od", "Temat", "Data", "Do"),
}
OUTLOOK = {
    "en": ("From", "Sent", "To", "Subject"), "de": ("Von", "Gesendet", "An", "Betreff"), "fr": ("De", "Envoyé", "À", "Objet"),
    "es": ("De", "Enviado", "Para", "Asunto"), "it": ("Da", "Inviato", "A", "Oggetto"), "nl": ("Van", "Verzonden", "Aan", "Onderwerp"),
    "pl": ("Od", "Wysłane", "Do", "Temat"), "pt": ("De", "Enviado", "Para", "Assunto"), "ko": ("보낸 사람", "보낸 날짜", "받는 사람", "제목"),
    "zh": ("发件人", "发送时间", "收件人", "主题"), "cs": ("Od", "Odesláno", "Komu", "Předmět"), "da": ("Fra", "Sendt", "Til", "Emne"),
    "tr": ("Kimden", "Gönderildi", "Kime", "Konu"), "ru": ("От", "Отправлено", "Кому", "Тема"),
}
THUNDERBIRD = {
    "en": ("-------- Forwarded Message --------", "Subject", "Date", "From", "To"), "de": ("-------- Weitergeleitete Nachricht --------", "Betreff", "Datum", "Von", "An"),
    "fr": ("-------- Message transféré --------", "Sujet", "Date", "De", "Pour"), "it": ("-------- Messaggio Inoltrato --------", "Oggetto", "Data", "Mittente", "A"),
    "es": ("-------- Mensaje reenviado --------", "Asunto", "Fecha", "De", "A"), "cs": ("-------- Přeposlaná zpráva --------", "Předmět", "Datum", "Od", "Komu"),
    "ru": ("-------- Перенаправленное сообщение --------", "Тема", "Дата", "От", "Кому"), "hu": ("-------- Továbbított üzenet --------", "Tárgy", "Dátum", "Feladó", "Címzett"),
    "fi": ("-------- Edelleenlähetetty viesti --------", "Aihe", "Päiväys", "Lähettäjä", "Vastaanottaja"),
}


def gmail(frm, date, subj, to, lang="en", note="", plain="", html=""):
    mark, f, d, s, t = GMAIL[lang]
    name, addr = frm.rsplit("<", 1)[0].strip(), frm.rsplit("<", 1)[-1].strip(" >")
    text = f"{note}\n\n{mark}\n{f}: {name} <{addr}>\n{d}: {date}\n{s}: {subj}\n{t}: <{to}>\n\n\n{plain}"
    page = (f'<div dir="ltr">{esc(note)}<br><br><div class="gmail_quote gmail_quote_container"><div dir="ltr" class="gmail_attr">{mark}<br>{f}: <strong class="gmail_sendername" dir="auto">{esc(name)}</strong> '
            f'<span dir="auto">&lt;<a href="mailto:{addr}">{addr}</a>&gt;</span><br>{d}: {esc(date)}<br>{s}: {esc(subj)}<br>{t}:  &lt;<a href="mailto:{to}">{to}</a>&gt;<br></div><br><br>{html}</div></div>\n')
    return text, page


def apple(frm, date, subj, to, lang="en", note="", plain="", html=""):
    mark, f, s, d, t = APPLE[lang]
    lines = [(f, frm), (s, subj), (d, date), (t, to)]
    text = f"{note}\n\n> {mark}\n> \n" + "".join(f"> {k}: {v}\n" for k, v in lines) + "> \n" + "".join(f"> {l}\n" for l in plain.strip("\n").split("\n"))
    rows = "".join(f'<div style="margin-top: 0px; margin-right: 0px; margin-bottom: 0px; margin-left: 0px;"><span style="font-family: -webkit-system-font, Helvetica Neue, Helvetica, sans-serif; color:rgba(0, 0, 0, 1.0);"><b>{k}: </b></span><span style="font-family: -webkit-system-font, Helvetica Neue, Helvetica, sans-serif;">{esc(v)}<br></span></div>' for k, v in lines)
    page = (f'<html><head><meta http-equiv="content-type" content="text/html; charset=utf-8"></head><body style="overflow-wrap: break-word; -webkit-nbsp-mode: space; line-break: after-white-space;">{esc(note)}<br id="lineBreakAtBeginningOfMessage"><div><br><blockquote type="cite"><div>{esc(mark)}</div><br class="Apple-interchange-newline">'
            f'{rows}<br><div>{html}</div></blockquote></div><br></body></html>\n')
    return text, page


def outlook(frm, date, subj, to, lang="en", note="", plain="", html=""):
    f, d, t, s = OUTLOOK[lang]
    sep = " : " if lang == "fr" else ": "
    text = f"{note}\n\n________________________________\n{f}{sep}{frm}\n{d}{sep}{date}\n{t}{sep}{to}\n{s}{sep}{subj}\n\n{plain}"
    page = (f'<html><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8"><style type="text/css" style="display:none;"> P {{margin-top:0;margin-bottom:0;}} </style></head><body dir="ltr"><div style="font-family: Aptos, Calibri, Helvetica, sans-serif; font-size: 12pt; color: rgb(0, 0, 0);" class="elementToProof">{esc(note)}<br></div><div id="appendonsend"></div>'
            f'<hr style="display:inline-block;width:98%" tabindex="-1"><div id="divRplyFwdMsg" dir="ltr"><font face="Calibri, sans-serif" style="font-size:11pt" color="#000000"><b>{f}:</b> {esc(frm)}<br><b>{d}:</b> {esc(date)}<br><b>{t}:</b> {esc(to)}<br><b>{s}:</b> {esc(subj)}</font><div>&nbsp;</div></div><div>{html}</div></body></html>\n')
    return text, page


def thunderbird(frm, date, subj, to, lang="en", note="", plain="", html=""):
    mark, s, d, f, t = THUNDERBIRD[lang]
    sep = " : " if lang == "fr" else ": "
    rows = [(s, subj), (d, date), (f, frm), (t, to)]
    width = max(len(k) for k, _ in rows)
    text = f"{note}\n\n{mark}\n" + "".join(f"{k}{sep}{' ' * (width - len(k))}\t{v}\n" for k, v in rows) + f"\n\n\n{plain}"
    table = "".join(f'<tr><th valign="BASELINE" align="RIGHT" nowrap="nowrap">{k}{sep}</th><td>{esc(v)}</td></tr>' for k, v in rows)
    page = (f'<!DOCTYPE html>\n<html><head><meta http-equiv="content-type" content="text/html; charset=UTF-8"></head><body><p>{esc(note)}<br></p><div class="moz-forward-container"><br><br>{esc(mark)}'
            f'<table class="moz-email-headers-table" cellspacing="0" cellpadding="0" border="0"><tbody>{table}</tbody></table><br><br>{html}</div></body></html>\n')
    return text, page
