use crate::mail::{Message, TextKind};

/// The lines of the first text of a kind, each with its quote depth.
fn lines(message: &Message, kind: TextKind) -> Vec<(u8, String)> {
    let text = message.texts.iter().find(|text| text.kind == kind).expect("a text of this kind");
    text.lines
        .iter()
        .filter(|line| !line.hidden)
        .map(|line| (line.quote_depth, text.text[line.range.clone()].to_owned()))
        .collect()
}

fn plain(subject: &str, body: &str) -> Message {
    Message::parse(format!("Subject: {subject}\nContent-Type: text/plain; charset=utf-8\n\n{body}").as_bytes())
}

fn html(subject: &str, body: &str) -> Message {
    Message::parse(format!("Subject: {subject}\nContent-Type: text/html; charset=utf-8\n\n{body}").as_bytes())
}

/// The depth of the line that contains a word.
fn depth_of(message: &Message, kind: TextKind, word: &str) -> u8 {
    let lines = lines(message, kind);
    lines.iter().find(|(_, line)| line.contains(word)).unwrap_or_else(|| panic!("{word} in {lines:?}")).0
}

/// From, To and Subject of the forwarded original.
fn original(message: &Message) -> (String, Vec<String>, String) {
    let forwarded = message.forwarded.clone().expect("a forwarded original");
    (
        forwarded.from.map(|from| from.address).unwrap_or_default(),
        forwarded.to.into_iter().map(|to| to.address).collect(),
        forwarded.subject.unwrap_or_default(),
    )
}

fn acme_to_bob() -> (String, Vec<String>, String) {
    ("no-reply@acme.example".into(), vec!["bob+acme@example.com".into()], "Your code".into())
}

#[test]
fn a_reply_is_the_senders_own_above_what_it_quotes() {
    let message = plain(
        "Re: code",
        "The new one is 111111\n\nOn Mon, 1 Jun 2026 at 10:00, Acme <no-reply@acme.example>\nwrote:\n\n> Your code is 222222\n>> older 333333\n",
    );
    assert_eq!(depth_of(&message, TextKind::Plain, "111111"), 0);
    assert_eq!(depth_of(&message, TextKind::Plain, "222222"), 1);
    assert_eq!(depth_of(&message, TextKind::Plain, "333333"), 2);
    assert_eq!(message.forwarded, None);
}

#[test]
fn a_reply_without_marks_is_known_by_what_introduces_it() {
    for (subject, body) in [
        (
            "Re: code",
            "new 111111\n\n-----Original Message-----\nFrom: Acme <no-reply@acme.example>\nSent: Monday\nTo: Bob\nSubject: code\n\nold 222222",
        ),
        (
            "AW: Code",
            "neu 111111\n\nVon: Acme <no-reply@acme.example>\nGesendet: Montag\nAn: Bob\nBetreff: Code\n\nalt 222222",
        ),
        ("Re: code", "new 111111\n\nOn 1 Jun 2026, at 10:00, Acme <no-reply@acme.example> wrote:\n\nold 222222"),
        ("Re: code", "new 111111\n\n-------- Original message --------\nold 222222"),
        (
            "RE: code",
            "new 111111\n\n________________________________\nFrom: Acme <no-reply@acme.example>\nSent: Monday, June 1, 2026 10:00\nTo: Bob <bob@example.com>\nSubject: code\n\nold 222222",
        ),
    ] {
        let message = plain(subject, body);
        assert_eq!(depth_of(&message, TextKind::Plain, "111111"), 0, "{body}");
        assert_eq!(depth_of(&message, TextKind::Plain, "222222"), 1, "{body}");
        assert_eq!(message.forwarded, None, "{body}");
    }
}

#[test]
fn a_reply_in_html_is_known_by_its_markup() {
    for body in [
        "<div>new 111111</div><div class=gmail_quote><div class=gmail_attr>On Mon, 1 Jun 2026 at 10:00, Acme &lt;a@acme.example&gt; wrote:<br></div><blockquote class=gmail_quote>old 222222</blockquote></div>",
        "<p>new 111111</p><blockquote type=cite><p>old 222222</p></blockquote>",
        "<p>new 111111</p><p>Acme wrote on 01.06.2026 10:00:</p><blockquote>old 222222</blockquote>",
        "<p>new 111111</p><div style='border-top:solid 1pt'><p><b>From:</b> Acme &lt;a@acme.example&gt;<br><b>Sent:</b> Monday<br><b>To:</b> Bob<br><b>Subject:</b> code</p></div><p>old 222222</p>",
    ] {
        let message = html("Re: code", body);
        assert_eq!(depth_of(&message, TextKind::Html, "111111"), 0, "{body}");
        assert_eq!(depth_of(&message, TextKind::Html, "222222"), 1, "{body}");
    }
    let indented = html("Your code", "<p>Your code:</p><blockquote>482913</blockquote>");
    assert_eq!(depth_of(&indented, TextKind::Html, "482913"), 0);
}

#[test]
fn what_a_forward_carries_counts_as_its_own() {
    for (subject, body) in [
        (
            "Fwd: Your code",
            "---------- Forwarded message ---------\nFrom: Acme <no-reply@acme.example>\nDate: Mon, Jun 1, 2026 at 10:00 AM\nSubject: Your code\nTo: <bob+acme@example.com>\n\n\nYour code is 482913\n",
        ),
        (
            "Fwd: Your code",
            "fyi\n\nBegin forwarded message:\n\n> From: Acme <no-reply@acme.example>\n> Subject: Your code\n> Date: 1 June 2026\n> To: Bob <bob+acme@example.com>\n> \n> Your code is 482913\n",
        ),
        (
            "FW: Your code",
            "\n\nFrom: Acme <no-reply@acme.example>\nSent: Monday, June 1, 2026 10:00 AM\nTo: Bob <bob+acme@example.com>\nSubject: Your code\n\nYour code is 482913\n",
        ),
        (
            "FW: Your code",
            "fyi\n-----Original Message-----\nFrom: Acme [mailto:no-reply@acme.example]\nSent: Monday\nTo: 'bob+acme@example.com' <bob+acme@example.com>\nSubject: Your code\n\nYour code is 482913\n",
        ),
        (
            "Your code",
            "From: Acme <no-reply@acme.example>\nSent: Monday, June 1, 2026 10:00 AM\nTo: Bob <bob+acme@example.com>\nSubject: Your code\n\nYour code is 482913\n",
        ),
        (
            "Fwd: Your code",
            "-------- Forwarded Message --------\nSubject: \tYour code\nDate: \tMon, 1 Jun 2026 10:00:00 +0000\nFrom: \tAcme <no-reply@acme.example>\nTo: \tbob+acme@example.com\n\n\nYour code is 482913\n",
        ),
        (
            "Fw: Your code",
            "----- Forwarded Message -----\nFrom: \"Acme\" <no-reply@acme.example>\nTo: \"bob+acme@example.com\" <bob+acme@example.com>\nSent: Monday, June 1, 2026\nSubject: Your code\nYour code is 482913\n",
        ),
        (
            "Fwd: Your code",
            "*From:* Acme <no-reply@acme.example>\n*Date:* June 1\n*To:* bob+acme@example.com\n*Subject:* *Your code*\n\nYour code is 482913\n",
        ),
    ] {
        let message = plain(subject, body);
        assert_eq!(depth_of(&message, TextKind::Plain, "482913"), 0, "{body}");
        assert_eq!(original(&message), acme_to_bob(), "{body}");
    }
}

#[test]
fn a_forward_in_html_counts_as_its_own() {
    for (subject, body) in [
        (
            "Fwd: Your code",
            "<div dir=ltr><br><div class=gmail_quote><div class=gmail_attr>---------- Forwarded message ---------<br>From: <strong>Acme</strong> <span>&lt;<a href='mailto:no-reply@acme.example'>no-reply@acme.example</a>&gt;</span><br>Date: Mon, Jun 1, 2026<br>Subject: Your code<br>To: &lt;<a href='mailto:bob+acme@example.com'>bob+acme@example.com</a>&gt;<br></div><p>Your code is 482913</p></div></div>",
        ),
        (
            "Fwd: Your code",
            "<div>fyi</div><div><blockquote type=cite><div>Begin forwarded message:</div><br><div><b>From: </b>Acme &lt;no-reply@acme.example&gt;</div><div><b>Subject: </b>Your code</div><div><b>Date: </b>1 June 2026</div><div><b>To: </b>bob+acme@example.com</div><br><div>Your code is 482913</div></blockquote></div>",
        ),
        (
            "Fwd: Your code",
            "<p>-------- Forwarded Message --------</p><table class=moz-email-headers-table><tr><th>Subject: </th><td>Your code</td></tr><tr><th>Date: </th><td>Mon, 1 Jun</td></tr><tr><th>From: </th><td>Acme &lt;no-reply@acme.example&gt;</td></tr><tr><th>To: </th><td>bob+acme@example.com</td></tr></table><p>Your code is 482913</p>",
        ),
        (
            "WG: Your code",
            "<div id=divRplyFwdMsg><font><b>Von:</b> Acme &lt;no-reply@acme.example&gt;<br><b>Gesendet:</b> Montag<br><b>An:</b> Bob &lt;bob+acme@example.com&gt;<br><b>Betreff:</b> Your code</font></div><div>Your code is 482913</div>",
        ),
    ] {
        let message = html(subject, body);
        assert_eq!(depth_of(&message, TextKind::Html, "482913"), 0, "{body}");
        assert_eq!(original(&message), acme_to_bob(), "{body}");
    }
}

#[test]
fn a_forward_whose_sender_stands_in_one_line_with_its_date_counts_as_its_own() {
    // The subject tells it too, whatever the rule says.
    for rule in ["Пересылаемое сообщение", "Ŝafita mesaĝo"] {
        let message = html(
            "Fwd: Your code",
            &format!(
                "<div>look at this</div><div>-------- {rule} --------</div>\
                 <div>27.03.2026, 19:12, &quot;Acme&quot; &lt;no-reply@acme.example&gt;:</div>\
                 <div>Кому: bob+acme@example.com</div>\
                 <div>Тема: Your code</div><blockquote><p>Your code is 482913</p></blockquote>"
            ),
        );
        assert_eq!(depth_of(&message, TextKind::Html, "482913"), 0, "{rule}");
        assert_eq!(original(&message), acme_to_bob(), "{rule}");
    }
}

#[test]
fn what_vs_means_the_language_of_the_header_tells() {
    let body = |[from, sent, to, subject]: [&str; 4]| {
        let header =
            format!("{from}: Acme <a@acme.example>\n{sent}: 1. juni 2026\n{to}: bob@example.com\n{subject}: Kode");
        format!("Hej\n\n________________________________\n{header}\n\nKode 482913")
    };
    let danish = plain("VS: Kode", &body(["Fra", "Sendt", "Til", "Emne"]));
    assert_eq!(depth_of(&danish, TextKind::Plain, "482913"), 0);
    let finnish = plain("VS: Kode", &body(["Lähettäjä", "Lähetetty", "Vastaanottaja", "Aihe"]));
    assert_eq!(depth_of(&finnish, TextKind::Plain, "482913"), 1);
}

#[test]
fn forwards_are_known_in_many_languages() {
    for (mark, from, sent, to, subject) in [
        ("Weitergeleitete Nachricht", "Von", "Datum", "An", "Betreff"),
        ("Anfang der weitergeleiteten Nachricht:", "Von", "Gesendet", "An", "Betreff"),
        ("Message transféré", "De", "Date", "À", "Objet"),
        ("Début du message réexpédié :", "De", "Envoyé", "À", "Objet"),
        ("Mensaje reenviado", "De", "Fecha", "Para", "Asunto"),
        ("Mensagem encaminhada", "De", "Data", "Para", "Assunto"),
        ("Início da mensagem reencaminhada:", "De", "Enviada", "Para", "Assunto"),
        ("Messaggio inoltrato", "Da", "Data", "A", "Oggetto"),
        ("Doorgestuurd bericht", "Van", "Datum", "Aan", "Onderwerp"),
        ("Vidarebefordrat meddelande", "Från", "Datum", "Till", "Ämne"),
        ("Videresendt besked", "Fra", "Dato", "Til", "Emne"),
        ("Videresendt melding", "Fra", "Dato", "Til", "Emne"),
        ("Välitetty viesti", "Lähettäjä", "Päivämäärä", "Vastaanottaja", "Aihe"),
        ("Przekazana wiadomość", "Od", "Data", "Do", "Temat"),
        ("Přeposlaná zpráva", "Od", "Datum", "Komu", "Předmět"),
        ("Preposlaná správa", "Od", "Dátum", "Komu", "Predmet"),
        ("Továbbított üzenet", "Feladó", "Dátum", "Címzett", "Tárgy"),
        ("Mesaj redirecționat", "De la", "Data", "Către", "Subiect"),
        ("Yönlendirilmiş ileti", "Gönderen", "Tarih", "Alıcı", "Konu"),
        ("Пересылаемое сообщение", "От кого", "Дата", "Кому", "Тема"),
        ("Переслане повідомлення", "Від", "Дата", "Кому", "Тема"),
        ("Перасланае паведамленне", "Ад", "Дата", "Каму", "Тэма"),
        ("Бағытталған хабар", "Кімнен", "Күні", "Кімге", "Тақырып"),
        ("Messaġġ mibgħut 'il quddiem", "Minn", "Data", "Lil", "Suġġett"),
        ("Anfonwyd ymlaen", "Oddi wrth", "Dyddiad", "At", "Pwnc"),
        ("Seolta ar aghaidh", "Ó", "Dáta", "Chuig", "Ábhar"),
        ("Препратено съобщение", "От", "Дата", "До", "Относно"),
        ("Прослеђена порука", "Од", "Датум", "За", "Наслов"),
        ("Proslijeđena poruka", "Šalje", "Datum", "Prima", "Predmet"),
        ("Posredovano sporočilo", "Od", "Datum", "Za", "Zadeva"),
        ("Προωθημένο μήνυμα", "Από", "Ημερομηνία", "Προς", "Θέμα"),
        ("Persiųstas laiškas", "Nuo", "Data", "Kam", "Tema"),
        ("Pārsūtīts ziņojums", "No", "Datums", "Kam", "Temats"),
        ("Edastatud kiri", "Saatja", "Kuupäev", "Saaja", "Teema"),
        ("Missatge reenviat", "De", "Data", "Per a", "Assumpte"),
        ("転送メッセージ", "差出人", "日付", "宛先", "件名"),
        ("转发的邮件", "发件人", "日期", "收件人", "主题"),
        ("轉寄的郵件", "寄件者", "日期", "收件者", "主旨"),
        ("전달된 메일", "보낸 사람", "날짜", "받는 사람", "제목"),
        ("Thư đã chuyển tiếp", "Từ", "Ngày", "Đến", "Chủ đề"),
        ("ข้อความที่ส่งต่อ", "จาก", "วันที่", "ถึง", "เรื่อง"),
        ("Pesan terusan", "Dari", "Tanggal", "Kepada", "Subjek"),
        ("अग्रेषित संदेश", "प्रेषक", "दिनांक", "प्रति", "विषय"),
        ("رسالة محولة", "من", "التاريخ", "إلى", "الموضوع"),
        ("پیام بازارسال‌شده", "از", "تاریخ", "به", "موضوع"),
        ("הודעה שהועברה", "מאת", "תאריך", "אל", "נושא"),
    ] {
        let rule = if mark.ends_with(':') { "" } else { " ----------" };
        let body = format!(
            "note\n\n---------- {mark}{rule}\n{from}: Acme <no-reply@acme.example>\n{sent}: 1.6.2026 10:00\n{subject}: Your code\n{to}: <bob+acme@example.com>\n\nYour code is 482913\n"
        );
        let message = plain("Your code", &body);
        assert_eq!(original(&message), acme_to_bob(), "{mark}");
        assert_eq!(depth_of(&message, TextKind::Plain, "482913"), 0, "{mark}");
    }
}

#[test]
fn the_innermost_original_counts() {
    let message = plain(
        "Fwd: Fwd: Your code",
        "---------- Forwarded message ---------\nFrom: Jane <jane@example.com>\nDate: today\nSubject: Fwd: Your code\nTo: agents@example.com\n\n\
         ---------- Forwarded message ---------\nFrom: Acme <no-reply@acme.example>\nDate: today\nSubject: Your code\nTo: bob+acme@example.com\n\nYour code is 482913\n",
    );
    assert_eq!(original(&message), acme_to_bob());
    assert_eq!(depth_of(&message, TextKind::Plain, "482913"), 0);

    let attached = Message::parse(
        b"Subject: Fwd\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nsee attached\n--b\nContent-Type: message/rfc822\n\n\
          From: no-reply@acme.example\nTo: bob+acme@example.com\nSubject: Your code\n\nYour code is 482913\n--b--\n",
    );
    assert_eq!(original(&attached), acme_to_bob());
    assert_eq!(attached.texts[1].lines[0].quote_depth, 0);
}

#[test]
fn a_quoted_forward_is_a_quote() {
    let message = plain(
        "Re: Fwd: Your code",
        "Thanks, mine is 111111\n\nOn 1 Jun 2026 at 10:00, Jane <jane@example.com> wrote:\n> ---------- Forwarded message ---------\n> From: Acme <no-reply@acme.example>\n> Date: today\n> Subject: Your code\n> To: bob+acme@example.com\n>\n> Your code is 222222\n",
    );
    assert_eq!(depth_of(&message, TextKind::Plain, "222222"), 1);
    assert_eq!(message.forwarded, None);
}

#[test]
fn an_answer_inside_a_forward_is_older_than_it() {
    let message = plain(
        "Fwd: code",
        "---------- Forwarded message ---------\nFrom: Jane <jane@example.com>\nDate: today\nSubject: Re: code\nTo: bob@example.com\n\nnew 111111\n\nOn 1 Jun 2026 at 09:00, Bob <bob@example.com> wrote:\n> old 222222\n",
    );
    assert_eq!(depth_of(&message, TextKind::Plain, "111111"), 0);
    assert_eq!(depth_of(&message, TextKind::Plain, "222222"), 1);
}

#[test]
fn a_mail_that_is_cited_as_a_whole_is_its_own() {
    let message = plain("Your code", "> Your code is 482913\n> Bye\n");
    assert_eq!(depth_of(&message, TextKind::Plain, "482913"), 0);
    let arrows = plain("Your code", "Your code:\n>>> 482913 <<<\n");
    assert_eq!(depth_of(&arrows, TextKind::Plain, "482913"), 0);
}

#[test]
fn a_returned_copy_is_an_older_mail() {
    let message = Message::parse(
        b"Subject: Undelivered\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n\nIt came back.\n--b\n\
          Content-Type: message/delivery-status\n\nStatus: 5.1.1\n--b\nContent-Type: message/rfc822\n\n\
          To: bob@example.com\nSubject: Your code\n\nYour code is 482913\n--b--\n",
    );
    let depths: Vec<_> = message.texts.iter().map(|text| (text.text.as_str(), text.lines[0].quote_depth)).collect();
    assert_eq!(depths, [("It came back.", 0), ("Your code is 482913", 1)]);
    assert_eq!(message.forwarded, None);
}
