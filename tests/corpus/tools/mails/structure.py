"""Forwards, replies, lists, recipients, broken MIME, encryption, charset trouble: how a mail travels rather than what it says."""

from authoring import code, link, none, Part, Multi, Attached, token
from forwards import gmail, apple, outlook, thunderbird
from page import button

INBOX = "codes@inbox.example"
ALIAS = dict(to=INBOX, user=INBOX, traps="forward")


def forwarded(pair, cs="utf-8", cte=None):
    plain, html = pair
    return Multi("alternative", Part("text/plain", plain, cs, cte), Part("text/html", html, cs, cte))


# --- forwarded by a person's mail program, inline -------------------------------------------------------------------------------------

code("en-fwd-gmail", "771043", "Fwd: Your Pinefold code", "", "Mira Holt <mira.holt@post.example>", ident="shop-tests@alias.example", **ALIAS, body=forwarded(gmail(
    "Pinefold <hello@pinefold.example>", "Mon, Nov 3, 2025 at 9:14 AM", "Your Pinefold code", "shop-tests@alias.example",
    plain="Your verification code is\n\n*771043*\n\nIt will expire in 10 minutes.\n\nPinefold, 9 Cedar Ct, Bend OR 97701\n",
    html='<div style="background:#fff"><p>Your verification code is</p><p style="font-size:32px"><b>771043</b></p><p>It will expire in 10 minutes.</p><p style="color:#999999">Pinefold, 9 Cedar Ct, Bend OR 97701</p></div>')), ttl=600)

code("de-fwd-gmail", "308854", "Fwd: Dein Bestätigungscode", "", "Jonas Brandt <jonas.brandt@mailhaus.example>", ident="jonas.wohnung@alias.example", **ALIAS, body=forwarded(gmail(
    "Kiezwohnen <noreply@kiezwohnen.example>", "Di., 4. Nov. 2025 um 10:11 Uhr", "Dein Bestätigungscode", "jonas.wohnung@alias.example", lang="de", note="Hier der Code für dich, Gruß Jonas",
    plain="Hallo Jonas,\n\ndein Bestätigungscode lautet 308854. Gib ihn bitte in den nächsten 15 Minuten ein.\n\nDein Kiezwohnen-Team\n",
    html="<p>Hallo Jonas,</p><p>dein Bestätigungscode lautet <b>308854</b>. Gib ihn bitte in den nächsten 15 Minuten ein.</p><p>Dein Kiezwohnen-Team</p>")), ttl=900)

code("fr-fwd-gmail", "645219", "Fwd: Votre code de connexion", "", "Inès Caron <ines.caron@courriel.example>", ident="ines+billets@alias.example", **ALIAS, body=forwarded(gmail(
    "Billets Malins <contact@billetsmalins.example>", "lun. 3 nov. 2025 à 18:40", "Votre code de connexion", "ines+billets@alias.example", lang="fr",
    plain="Bonjour Inès,\n\nSaisissez 645219 pour vous connecter.\nCe code est valable 5 minutes.\n", html="<p>Bonjour Inès,</p><p>Saisissez <strong>645219</strong> pour vous connecter.<br>Ce code est valable 5 minutes.</p>")), ttl=300)

link("es-fwd-gmail", "https://cuenta.lacesta.example/acceso?llave=" + token("esf", 40), "Fwd: Entra en La Cesta", "", "Lucía Ferrer <lucia.ferrer@correo.example>", ident="lucia.compras@alias.example", **ALIAS, body=forwarded(gmail(
    "La Cesta <hola@lacesta.example>", "mar, 4 nov 2025 a las 8:02", "Entra en La Cesta", "lucia.compras@alias.example", lang="es",
    plain="Pulsa este enlace para entrar en tu cuenta:\nhttps://cuenta.lacesta.example/acceso?llave=" + token("esf", 40) + "\n\nCaduca en media hora.\n",
    html='<p>Pulsa este enlace para entrar en tu cuenta:</p><p><a href="https://cuenta.lacesta.example/acceso?llave=' + token("esf", 40) + '">Entrar en La Cesta</a></p><p>Caduca en media hora.</p><p><a href="https://lacesta.example/ayuda">Ayuda</a></p>')), ttl=1800)

code("ru-fwd-gmail", "552907", "Fwd: Код подтверждения", "", "Дмитрий Петров <d.petrov@pochta.example>", ident="petrov-test@alias.example", **ALIAS, cs="utf-8", body=forwarded(gmail(
    "Тихий Дом <no-reply@tihiydom.example>", "пн, 3 нояб. 2025 г. в 12:30", "Код подтверждения", "petrov-test@alias.example", lang="ru",
    plain="Здравствуйте!\n\nВаш код подтверждения: 552907\nНикому его не сообщайте.\n", html="<p>Здравствуйте!</p><p>Ваш код подтверждения: <b>552907</b></p><p>Никому его не сообщайте.</p>")))

code("tr-fwd-gmail", "918260", "Fwd: Giriş kodunuz", "", "Emre Kaya <emre.kaya@posta.example>", ident="emre.banka@alias.example", **ALIAS, body=forwarded(gmail(
    "Yakamoz Bank <bilgi@yakamoz.example>", "4 Kas 2025 Sal, 09:10 tarihinde şunu yazdı", "Giriş kodunuz", "emre.banka@alias.example", lang="tr",
    plain="Sayın Emre Kaya,\n\nİnternet şubesine giriş için tek kullanımlık kodunuz 918260.\n", html="<p>Sayın Emre Kaya,</p><p>İnternet şubesine giriş için tek kullanımlık kodunuz <b>918260</b>.</p>")))

code("en-fwd-apple", "4J8TNC", "Fwd: Confirm it's you", "", "Wei Lin <wei.lin@youxiang.example>", ident="wl-archive@alias.example", **ALIAS, body=forwarded(apple(
    "Overlook ID <id@overlook.example>", "4 November 2025 at 19:07:11 CET", "Confirm it's you", "wl-archive@alias.example", note="Sent from my phone",
    plain="Your Overlook ID confirmation code is 4J8TNC.\n\nDon't share it with anyone.\n", html="<p>Your Overlook ID confirmation code is <strong>4J8TNC</strong>.</p><p>Don't share it with anyone.</p>")), )

code("de-fwd-apple", "226718", "Wtr: TAN für Ihre Überweisung", "", "Petra Dvorak <petra.dvorak@schranka.example>", ident="petra.bank@alias.example", **ALIAS, body=forwarded(apple(
    "Nordhafen Bank <service@nordhafen.example>", "3. November 2025 um 08:55:02 MEZ", "TAN für Ihre Überweisung", "petra.bank@alias.example", lang="de",
    plain="Sehr geehrte Frau Dvorak,\n\nIhre TAN: 226718\nBetrag: 480,00 EUR an DE02 1203 0000 0000 2020 51\n", html="<p>Sehr geehrte Frau Dvorak,</p><p>Ihre TAN: <b>226718</b><br>Betrag: 480,00 EUR an DE02 1203 0000 0000 2020 51</p>")))

link("fr-fwd-apple", "https://espace.mutuellebleue.example/confirmer/" + token("ffa", 32), "Tr : Confirmez votre adresse", "", "Inès Caron <ines.caron@courriel.example>", ident="ines.sante@alias.example", **ALIAS, body=forwarded(apple(
    "Mutuelle Bleue <ne-pas-repondre@mutuellebleue.example>", "2 novembre 2025 à 21:12:44 UTC+1", "Confirmez votre adresse", "ines.sante@alias.example", lang="fr",
    plain="Pour confirmer votre adresse e-mail, suivez ce lien :\nhttps://espace.mutuellebleue.example/confirmer/" + token("ffa", 32) + "\n",
    html='<p>Pour confirmer votre adresse e-mail, <a href="https://espace.mutuellebleue.example/confirmer/' + token("ffa", 32) + '">suivez ce lien</a>.</p>')))

code("it-fwd-apple", "37095", "I: Codice di accesso", "", "Paolo Riva <paolo.riva@casella.example>", ident="p.riva.prove@alias.example", **ALIAS, body=forwarded(apple(
    "Trenord Ovest <biglietti@trenoovest.example>", "4 novembre 2025 alle ore 07:31:09 CET", "Codice di accesso", "p.riva.prove@alias.example", lang="it",
    plain="Ciao Paolo,\n\nil tuo codice di accesso è 37095. Scade tra 10 minuti.\n", html="<p>Ciao Paolo,</p><p>il tuo codice di accesso è <b>37095</b>. Scade tra 10 minuti.</p>")), ttl=600)

code("ja-fwd-apple", "641982", "Fwd: 認証コードのお知らせ", "", "森 由紀 <yuki.mori@yubin.example>", ident="yuki-kaimono@alias.example", **ALIAS, body=forwarded(apple(
    "みどり市場 <info@midori-ichiba.example>", "2025年11月4日 10:22:15 JST", "認証コードのお知らせ", "yuki-kaimono@alias.example", lang="ja",
    plain="みどり市場をご利用いただきありがとうございます。\n\n認証コード：641982\n\n有効期限は10分です。\n", html="<p>みどり市場をご利用いただきありがとうございます。</p><p>認証コード：<b>641982</b></p><p>有効期限は10分です。</p>")), ttl=600)

code("zh_CN-fwd-apple", "830517", "转发：登录验证码", "", "林伟 <wei.lin@youxiang.example>", ident="linwei.shop@alias.example", **ALIAS, body=forwarded(apple(
    "云杉商城 <service@yunshan.example>", "2025年11月3日 GMT+8 20:18:40", "登录验证码", "linwei.shop@alias.example", lang="zh",
    plain="尊敬的用户：\n\n您的登录验证码为830517，5分钟内有效，请勿泄露给他人。\n", html="<p>尊敬的用户：</p><p>您的登录验证码为<b>830517</b>，5分钟内有效，请勿泄露给他人。</p>")), ttl=300)

code("en-fwd-outlook", "09817264", "FW: Your security code", "", "Tunde Okafor <t.okafor@inbox.example>", ident="tunde.finance@alias.example", **ALIAS, body=forwarded(outlook(
    "Isthmus Brokerage <auth@isthmus.example>", "Tuesday, November 4, 2025 9:03 AM", "Your security code", "tunde.finance@alias.example <tunde.finance@alias.example>", note="Here you go.\n\nTunde Okafor\nHead of Ops | +44 20 7946 0991",
    plain="Hello Tunde,\n\nSecurity code: 09817264\n\nThis code expires 10 minutes after it was requested.\n", html="<p>Hello Tunde,</p><p>Security code: <b>09817264</b></p><p>This code expires 10 minutes after it was requested.</p>")), ttl=600)

code("pl-fwd-outlook", "460913", "PD: Kod autoryzacyjny", "", "Katarzyna Nowak <k.nowak@poczta.example>", ident="kasia.sklep@alias.example", **ALIAS, body=forwarded(outlook(
    "Sklep Jaskółka <sklep@jaskolka.example>", "wtorek, 4 listopada 2025 11:20", "Kod autoryzacyjny", "kasia.sklep@alias.example", lang="pl",
    plain="Dzień dobry,\n\nTwój kod autoryzacyjny to 460913. Wpisz go na stronie logowania.\n\nZamówienie nr 2025/11/0047\n", html="<p>Dzień dobry,</p><p>Twój kod autoryzacyjny to <b>460913</b>. Wpisz go na stronie logowania.</p><p>Zamówienie nr 2025/11/0047</p>")))

code("ko-fwd-outlook", "205918", "FW: 인증번호 안내", "", "김하나 <hana.kim@pyeonji.example>", ident="hana-test@alias.example", **ALIAS, body=forwarded(outlook(
    "한빛서점 <help@hanbit-books.example>", "2025년 11월 4일 화요일 오후 2:11", "인증번호 안내", "hana-test@alias.example", lang="ko",
    plain="안녕하세요, 한빛서점입니다.\n\n요청하신 인증번호는 [205918] 입니다.\n3분 이내에 입력해 주세요.\n", html="<p>안녕하세요, 한빛서점입니다.</p><p>요청하신 인증번호는 [<b>205918</b>] 입니다.</p><p>3분 이내에 입력해 주세요.</p>")), ttl=180)

code("pt_BR-fwd-outlook", "718840", "ENC: Seu código de verificação", "", "Rafael Costa <r.costa@caixa.example>", ident="rafa.jogos@alias.example", **ALIAS, body=forwarded(outlook(
    "Arcade Tucano <nao-responda@arcadetucano.example>", "segunda-feira, 3 de novembro de 2025 22:47", "Seu código de verificação", "rafa.jogos@alias.example", lang="pt",
    plain="Oi, Rafael!\n\nUse o código 718840 para entrar na sua conta.\n", html="<p>Oi, Rafael!</p><p>Use o código <b>718840</b> para entrar na sua conta.</p>")))

code("cs-fwd-thunderbird", "5512", "Fwd: Přihlašovací PIN", "", "Marek Král <marek.kral@zprava.example>", ident="marek.jizdenky@alias.example", **ALIAS, body=forwarded(thunderbird(
    "Jízdenky.test <info@jizdenky.test>", "Mon, 3 Nov 2025 16:20:51 +0100", "Přihlašovací PIN", "marek.jizdenky@alias.example", lang="cs",
    plain="Dobrý den,\n\nváš přihlašovací PIN je 5512 a platí 2 minuty.\n", html="<p>Dobrý den,</p><p>váš přihlašovací PIN je <b>5512</b> a platí 2 minuty.</p>")), ttl=120)

code("hu-fwd-thunderbird", "880153", "Fwd: Ellenőrző kód", "", "Szabó Anna <anna.szabo@level.example>", ident="anna.szabo.proba@alias.example", **ALIAS, body=forwarded(thunderbird(
    "Dunapart Könyvek <rendeles@dunapart.example>", "Tue, 4 Nov 2025 09:44:10 +0100", "Ellenőrző kód", "anna.szabo.proba@alias.example", lang="hu",
    plain="Kedves Anna!\n\nAz ellenőrző kódod: 880153\n\nHa nem te kérted, nincs teendőd.\n", html="<p>Kedves Anna!</p><p>Az ellenőrző kódod: <b>880153</b></p><p>Ha nem te kérted, nincs teendőd.</p>")))

code("fi-fwd-thunderbird", "693301", "Vl: Vahvistuskoodi", "", "Eero Kallio <e.kallio@posti.example>", ident="eero.testi@alias.example", **ALIAS, body=forwarded(thunderbird(
    "Lumo Energia <asiakaspalvelu@lumoenergia.example>", "Tue, 4 Nov 2025 12:01:33 +0200", "Vahvistuskoodi", "eero.testi@alias.example", lang="fi",
    plain="Hei Eero!\n\nVahvistuskoodisi on 693301. Koodi on voimassa 15 minuuttia.\n", html="<p>Hei Eero!</p><p>Vahvistuskoodisi on <b>693301</b>. Koodi on voimassa 15 minuuttia.</p>")), ttl=900)

code("en-fwd-yahoo", "124790", "Fw: Code for Zipcab", "----- Forwarded Message -----\nFrom: Zipcab <codes@zipcab.example>\nTo: \"lf-rides@alias.example\" <lf-rides@alias.example>\nSent: Monday, November 3, 2025 at 05:12:40 PM EST\nSubject: Code for Zipcab\n\n"
     "Your Zipcab code is 124790. It works for 5 minutes.\n", "Lucia Ferrer <lucia.ferrer@correo.example>", form="plain", ident="lf-rides@alias.example", ttl=300, **ALIAS)

code("en-fwd-proton", "VX-20417", "Fw: Your device code", "Sent with a private mail service.\n\n------- Forwarded Message -------\nFrom: Harrier <no-reply@harrier.example>\nDate: On Monday, November 3rd, 2025 at 9:14 AM\nSubject: Your device code\nTo: vaultbox@alias.example <vaultbox@alias.example>\n\n\n> To authorise your new device enter VX-20417 on it.\n> \n> This code is only shown once.\n",
     "Noa Levi <noa.levi@doar.example>", form="plain", ident="vaultbox@alias.example", to=INBOX, user=INBOX, traps="forward hyphen-code no-keyword-near")

code("zh_CN-fwd-qq", "2749", "转发：【青鸟出行】验证码", "\n\n\n------------------ 原始邮件 ------------------\n发件人: \"青鸟出行\" <noreply@qingniao.example>;\n发送时间: 2025年11月3日(星期一) 上午9:14\n收件人: \"linwei\"<linwei.trip@alias.example>;\n主题: 【青鸟出行】验证码\n\n您正在登录青鸟出行，验证码2749，切勿告知他人。\n",
     "林伟 <wei.lin@youxiang.example>", form="plain", cs="gb18030", ident="linwei.trip@alias.example", to=INBOX, user=INBOX, traps="forward short-code glued")

code("ko-fwd-naver", "774120", "Fwd: [다온페이] 본인확인 코드", "\n-----Original Message-----\nFrom: \"다온페이\" <noreply@daonpay.example>\nTo: <hana.pay@alias.example>;\nCc:\nSent: 2025-11-03 (월) 09:14:00 (GMT+09:00)\nSubject: [다온페이] 본인확인 코드\n\n본인확인 코드 774120\n타인에게 절대 알려주지 마세요.\n",
     "김하나 <hana.kim@pyeonji.example>", form="plain", cs="euc_kr", ident="hana.pay@alias.example", to=INBOX, user=INBOX, traps="forward")

code("ru-fwd-mailru", "9034", "Fwd: Вход в Каравай", "\n-------- Пересылаемое сообщение --------\nОт кого: Каравай <info@karavay.example>\nКому: petrov.eda@alias.example\nДата: Понедельник, 3 ноября 2025, 12:30 +03:00\nТема: Вход в Каравай\n\nКод для входа: 9034\nДействует 3 минуты.\n",
     "Дмитрий Петров <d.petrov@pochta.example>", form="plain", cs="koi8-r", ident="petrov.eda@alias.example", ttl=180, to=INBOX, user=INBOX, traps="forward short-code")

code("en-fwd-samsung", "667718", "Fwd: Meadowlark code", "Sent from my phone\n\n\n-------- Original message --------\nFrom: Meadowlark <yo@meadowlark.example>\nDate: 11/3/25 10:44 PM (GMT-05:00)\nTo: noa.dates@alias.example\nSubject: Meadowlark code\n\nYour login code: 667718\n",
     "Noa Levi <noa.levi@doar.example>", form="plain", ident="noa.dates@alias.example", **ALIAS)

INNER = dict(subj="Your Gantry code", frm="Gantry <accounts@gantry.example>", to="gantry-bot@alias.example")
code("en-fwd-attached", "553810", "Fwd: Your Gantry code", "", "Mira Holt <mira.holt@post.example>", ident="gantry-bot@alias.example", **ALIAS, body=Multi("mixed",
     Part("text/plain", "See attached.\n"),
     Attached({**INNER, "body": Multi("alternative", Part("text/plain", "Your Gantry verification code is 553810.\n"), Part("text/html", "<html><body><p>Your Gantry verification code is <b>553810</b>.</p></body></html>"))})))
code("de-fwd-attached", "HK4T-99", "WG: Ihr Freischaltcode", "", "Jonas Brandt <jonas.brandt@mailhaus.example>", ident="gas-wasser@alias.example", **ALIAS, body=Multi("mixed",
     Part("text/plain", "Guten Morgen,\n\ndie Mail vom Versorger hängt an.\n\nMit freundlichen Grüßen\nJonas Brandt\nTel. 030 5550 1188\n", "latin-1"),
     Attached({"subj": "Ihr Freischaltcode für das Kundenportal", "frm": "Stadtwerke Lindau <portal@stadtwerke-lindau.test>", "to": "gas-wasser@alias.example", "cs": "latin-1",
               "body": Part("text/plain", "Sehr geehrter Herr Brandt,\n\nfür die Kundennummer 4408127 wurde ein Zugang beantragt.\n\nFreischaltcode: HK4T-99\n\nIhre Stadtwerke Lindau\n", "latin-1")}, 'inline; filename="Ihr Freischaltcode.eml"')))
link("en-fwd-attached-twice", "https://app.larkspur.example/auth/magic/" + token("fat", 32), "Fwd: Fwd: Sign in", "", "Mira Holt <mira.holt@post.example>", ident="deep-box@alias.example", **ALIAS, body=Multi("mixed",
     Part("text/plain", "FYI\n"),
     Attached({"subj": "Fwd: Sign in", "frm": "Tunde Okafor <t.okafor@inbox.example>", "to": "mira.holt@post.example", "body": Multi("mixed", Part("text/plain", "for you\n"),
         Attached({"subj": "Sign in to Larkspur", "frm": "Larkspur <no-reply@larkspur.example>", "to": "deep-box@alias.example", "body":
             Part("text/html", "<p>Use this link to sign in:</p>" + button("Sign in", "https://app.larkspur.example/auth/magic/" + token("fat", 32), "td"))}))})))

code("en-fwd-no-original-to", "840092", "Fwd: Security code", "FYI, needed for the booth tablet.\n\n---------- Forwarded message ---------\nFrom: Aster account team <account-security-noreply@aster.example>\nDate: Mon, Nov 3, 2025 at 9:14 AM\nSubject: Security code\n\nPlease use this security code: 840092\n",
     "Mira Holt <mira.holt@post.example>", form="plain", ident=INBOX, **ALIAS)

# The outer To is not the inbox itself: the site was given the outer address.
code("en-fwd-outer-alias", "410556", "Fwd: Entry code for the build system", "\n---------- Forwarded message ---------\nFrom: Granite CI <login@granite.example>\nDate: Tue, Nov 4, 2025 at 7:14 AM\nSubject: Login code\nTo: <ci-user@elsewhere.example>\n\nYour login code is 410556.\n",
     "Ops <ops@labs.test>", form="plain", to="relay+ci@labs.test", user="relay@labs.test", ident="relay+ci@labs.test", traps="forward plus-tag", headers=["X-Forwarded-To: relay@labs.test"])

# --- forwarded by a server --------------------------------------------------------------------------------------------------------------

code("en-auto-forward", "338127", "Your Fernway PIN", "Your one-time PIN: 338127. Show it at the counter within 20 minutes.\n", "Fernway Lockers <locker@fernway.example>", form="plain", to="petra@smallshop.example", user=INBOX, ident="petra@smallshop.example",
     ttl=1200, traps="recipient auto-forward", top=["X-Forwarded-To: " + INBOX, "X-Forwarded-For: petra@smallshop.example " + INBOX])
code("en-catch-all", "901733", "Confirm your e-mail", "Welcome to Kingbird! Your confirmation number is 901733.\n", "Kingbird <auth@kingbird.example>", form="plain", to="kb-7f3a@catch.example", user="all@catch.example", ident="kb-7f3a@catch.example", traps="catch-all", top=["X-Original-To: kb-7f3a@catch.example"])
code("en-plus-tag", "255081", "Your sign-in number", "Hi,\n\n255081 is your sign-in number for Quarry.\n", "Quarry <team@quarry.example>", form="plain", to="Ops Robot <Ops+Quarry-17@Labs.test>", user="ops@labs.test", ident="ops+quarry-17@labs.test", traps="plus-tag")
code("en-bcc", "746301", "One-time passcode", "Passcode: 746301\n", "Isthmus Brokerage <auth@isthmus.example>", form="plain", to="undisclosed-recipients:;", user="all@catch.example", ident="broker-3@catch.example", traps="bcc", top=["X-Original-To: broker-3@catch.example"])
code("en-no-to", "117745", "Authentication required", "Enter authentication code 117745 to continue.\n", "Thornbury Cloud <iam@thornbury.example>", form="plain", to=None, user="relay@labs.test", ident="relay+iam@labs.test", env="relay+iam@labs.test", traps="no-to")
code("en-no-to-envelope", "60218", "Login", "Login code: 60218\n", "Bramble <robot@bramble.example>", form="plain", to=None, user="u1@hosting.example", ident="bramble@mydomain.example", env=None, mailer="bare", traps="no-to", headers=["Envelope-To: bramble@mydomain.example", "Delivery-Date: Mon, 03 Nov 2025 09:14:22 +0100"])
code("en-no-to-username", "31988", "Login", "Your login code is 31988 and is good for ten minutes.\n", "Bramble <robot@bramble.example>", form="plain", to=None, user="lonely@hosting.example", ident="lonely@hosting.example", env=None, mailer="bare", ttl=600, traps="no-to words-lifetime")
code("en-two-recipients", "482001", "Team login code", "Team login code: 482001. Either of you can use it once.\n", "Quillboard <notifications@quillboard.example>", form="plain", to="anna@team.example, bela@team.example", user="box@team.example", ident="bela@team.example", env="bela@team.example", traps="several-recipients")
code("en-to-and-cc", "7Q2MX8", "Shared workspace verification", "Use verification code 7Q2MX8 to link the shared workspace.\n", "Notable <notify@notable.example>", form="plain", to="Dana Reyes <dana@team.example>", cc="audit@team.example", user="dana@team.example", ident="dana@team.example", traps="alphanumeric")
code("en-two-unconfirmed", "660127", "Sign-in code", "Your sign-in code: 660127\n", "Slatepad <noreply@slatepad.example>", form="plain", to="anna@team.example, bela@team.example", user="box@team.example", ident="shared+slate@team.example", env=None, mailer="bare", traps="several-recipients", top=["X-Original-To: shared+slate@team.example"])
code("en-mailing-list", "520084", "[ops-codes] Your Nimbra verification code", "Verification code: 520084\n\n-- \nops-codes mailing list\nhttps://lists.labs.test/listinfo/ops-codes\nTo unsubscribe mail ops-codes-leave@lists.labs.test\n", "Nimbra Web Services <no-reply@signin.nimbra.example>",
     form="plain", to="ops-codes@lists.labs.test", user="relay@labs.test", ident="ops-codes@lists.labs.test", traps="list", headers=["List-Id: Ops codes <ops-codes.lists.labs.test>", "List-Post: <mailto:ops-codes@lists.labs.test>", "Precedence: list", "Reply-To: no-reply@signin.nimbra.example"])
code("en-quoted-display-name", "992810", "Your code", "Hello! 992810 is your Waxwing verification code.\n", "\"Waxwing, Inc.\" <onboarding@waxwing.example>", form="plain", to="\"Kallio, Eero (QA)\" <e.kallio+wax@posti.example>", user="e.kallio@posti.example", ident="e.kallio+wax@posti.example", traps="plus-tag display-name")

# --- replies and quotes ------------------------------------------------------------------------------------------------------------------

code("en-newer-above-quote", "615009", "Re: Your login code", "Here is your new login code: 615009\n\nOn Mon, 3 Nov 2025 at 09:14, Slatepad <noreply@slatepad.example> wrote:\n> Here is your login code: 220847\n>\n> It expires in 10 minutes.\n", "Slatepad <noreply@slatepad.example>", form="plain", traps="quoted-older")
code("de-newer-above-quote", "73155", "AW: Zugangscode", "", "Kundendienst Lindau <service@stadtwerke-lindau.test>", body=Multi("alternative",
     Part("text/plain", "Guten Tag,\n\nder alte Code ist abgelaufen. Ihr neuer Zugangscode lautet 73155.\n\nAm 02.11.2025 um 17:45 schrieb Stadtwerke Lindau:\n> Ihr Zugangscode lautet 40918.\n", "utf-8"),
     Part("text/html", "<html><body><p>Guten Tag,</p><p>der alte Code ist abgelaufen. Ihr neuer Zugangscode lautet 73155.</p><div class=\"moz-cite-prefix\">Am 02.11.2025 um 17:45 schrieb Stadtwerke Lindau:<br></div><blockquote type=\"cite\" cite=\"mid:x@stadtwerke-lindau.test\"><p>Ihr Zugangscode lautet 40918.</p></blockquote></body></html>")), traps="quoted-older")
code("fr-newer-above-quote", "504418", "RE: Code d'accès", "Bonjour,\n\nVoici votre nouveau code d'accès : 504418. L'ancien ne fonctionne plus.\n\nCordialement,\nLe support Mutuelle Bleue\n\n-----Message d'origine-----\nDe : support@mutuellebleue.example\nEnvoyé : lundi 3 novembre 2025 09:14\nÀ : ines.caron@courriel.example\nObjet : Code d'accès\n\nVotre code d'accès : 118302\n",
     "Support Mutuelle Bleue <support@mutuellebleue.example>", form="plain", to="ines.caron@courriel.example", traps="quoted-older")
code("en-gmail-quote-older", "284466", "Re: Verification", "", "Hobnail <care@hobnail.example>", body=Multi("alternative",
     Part("text/plain", "Your new verification code is 284466.\n\nOn Tue, Nov 4, 2025 at 8:00 AM Hobnail <care@hobnail.example> wrote:\n\n> Your verification code is 918273.\n>\n"),
     Part("text/html", '<div dir="ltr">Your new verification code is <b>284466</b>.</div><br><div class="gmail_quote gmail_quote_container"><div dir="ltr" class="gmail_attr">On Tue, Nov 4, 2025 at 8:00 AM Hobnail &lt;<a href="mailto:care@hobnail.example">care@hobnail.example</a>&gt; wrote:<br></div><blockquote class="gmail_quote" style="margin:0px 0px 0px 0.8ex;border-left:1px solid rgb(204,204,204);padding-left:1ex">Your verification code is <b>918273</b>.<br></blockquote></div>')), traps="quoted-older")
none("en-reply-thanks", "Re: Your login code", "That worked, thanks! I'm in now.\n\nHana\n\nOn Mon, 3 Nov 2025 at 09:14, Slatepad <noreply@slatepad.example> wrote:\n> Here is your login code: 220847\n>\n> It expires in 10 minutes.\n", "Hana Kim <hana.kim@pyeonji.example>", form="plain", to="ops@labs.test", traps="quoted-only")
none("de-reply-thanks", "AW: WG: Ihr Zugangscode", "Danke, hat geklappt. Der Code ist verbraucht, bitte nicht mehr verwenden.\n\nVG Petra\n\n> Ihr Zugangscode lautet 40918.\n> Gültig bis 18:00 Uhr.\n", "Petra Dvorak <petra.dvorak@schranka.example>", form="plain", to="jonas.brandt@mailhaus.example", traps="quoted-only")

# --- broken and unusual MIME ------------------------------------------------------------------------------------------------------------

HTML = "<html><body><p>Hello,</p><p>your access code is <b>{}</b>.</p></body></html>"
code("en-no-mime", "335127", "Your access code", "", "Cobalt Rail <tickets@cobaltrail.example>", body=Part("text/plain", "Hello,\n\nyour access code is 335127.\n", ctline="", cte="none"), nomime=True, mailer="bare", traps="no-mime damaged")
code("en-html-without-type", "914460", "Your access code", "", "Cobalt Rail <tickets@cobaltrail.example>", body=Part("text/html", HTML.format(914460), ctline="Content-Type: text/html", cte="none"), nomime=True, traps="no-charset")
code("en-missing-final-boundary", "770319", "Access code inside", "", "Cobalt Rail <tickets@cobaltrail.example>", body=Multi("alternative", Part("text/plain", "Hello,\n\nyour access code is 770319.\n"), Part("text/html", HTML.format(770319)), close=False), traps="damaged")
code("en-truncated-html", "224608", "Access code", "", "Cobalt Rail <tickets@cobaltrail.example>", body=Part("text/html", "<html><head><style>.x{color:#224609}</style></head><body><table><tr><td>Hello,<br>your access code is <b>224608</b></td></tr><tr><td>Do not sh", cte="7bit"), traps="damaged truncated", cut="Do not")
code("en-truncated-base64", "480527", "Access code", "", "Cobalt Rail <tickets@cobaltrail.example>", body=Multi("mixed", Part("text/plain", "Your access code is 480527. Attached you will find our terms.\n", cte="base64"), Part("application/pdf", data=b"%PDF-1.4\n" + token("pdf", 3000).encode(), params='; name="terms.pdf"')), traps="damaged truncated", cut=2400)
code("en-wrong-boundary", "162049", "Access code", "", "Cobalt Rail <tickets@cobaltrail.example>", body=Multi("alternative", Part("text/plain", "Hello,\n\nyour access code is 162049.\n"), Part("text/html", HTML.format(162049)), boundary="=_real_8812", declare="=_other_8813"), traps="damaged")
code("en-no-boundary-param", "530771", "Access code", "", "Cobalt Rail <tickets@cobaltrail.example>", body=Multi("alternative", Part("text/plain", "Hello,\n\nyour access code is 530771.\n"), Part("text/html", HTML.format(530771)), boundary="XXXX", declare=""), traps="damaged")
code("en-bare-lf", "848133", "Access code", "Hello,\n\nyour access code is 848133.\n", "Cobalt Rail <tickets@cobaltrail.example>", eol="\n", traps="bare-lf", shell="table")
code("en-unclosed-tags", "390572", "Access code", "<html><head><meta charset=utf-8><style>td{color:#303030}</style><body><div><p>Hello,<p>your access code is<p><b>390572<table><tr><td>Cobalt Rail<td>since 1988", "Cobalt Rail <tickets@cobaltrail.example>", form="raw", traps="unclosed-tags")
code("en-unclosed-head", "390518", "Access code", "<html><head><title>Access</title><meta charset=utf-8><style>td{color:#303030}</style><p>Hello,<p>your access code is<p><b>390518</b><hr>Cobalt Rail", "Cobalt Rail <tickets@cobaltrail.example>", form="raw", traps="unclosed-tags")
code("en-mixed-inline-order", "617745", "Access code", "", "Cobalt Rail <tickets@cobaltrail.example>", body=Multi("mixed", Multi("related", Multi("alternative", Part("text/plain", "Hello,\n\nyour access code is 617745.\n"), Part("text/html", HTML.format(617745).replace("<p>Hello", '<img src="cid:logo@x"><p>Hello'))),
     Part("image/png", data=b"\x89PNG\r\n\x1a\n" + b"\x00" * 90, params='; name="logo.png"', headers=["Content-ID: <logo@x>", 'Content-Disposition: inline; filename="logo.png"'])), Part("application/pdf", data=b"%PDF-1.4\n" + token("pdf2", 200).encode(), params='; name="agb.pdf"', headers=['Content-Disposition: attachment; filename="agb.pdf"'])), traps="nested-mime")
code("en-html-first-alternative", "701183", "Access code", "", "Cobalt Rail <tickets@cobaltrail.example>", body=Multi("alternative", Part("text/html", HTML.format(701183)), Part("text/plain", "Hello,\n\nyour access code is 701183.\n")), traps="alternative-order")
code("en-flowed", "258840", "Your access code", "Hello Mira, we noticed that you are trying to reach your ticket \nwallet from a new phone. To let it in, please enter the access code \n258840 there. \n\nCobalt Rail\n-- \nCobalt Rail Ltd, 18 Station Road, York YO1 6GA\n", "Cobalt Rail <tickets@cobaltrail.example>", form="plain", flowed=True, traps="postal-code")
link("en-flowed-delsp", "https://wallet.cobaltrail.example/login/once/" + token("dsp", 60), "Your wallet link", "Open your ticket wallet with this link:\nhttps://wallet.cobaltrail.example/login/once/" + token("dsp", 60)[:24] + " \n" + token("dsp", 60)[24:] + "\n\nIt works once.\n", "Cobalt Rail <tickets@cobaltrail.example>", form="plain", flowed="delsp")
code("en-header-case", "127708", "Access code", "", "Cobalt Rail <tickets@cobaltrail.example>", body=Part("text/plain", "your access code is 127708\n", ctline="CONTENT-TYPE: TEXT/PLAIN; CHARSET=\"UTF-8\"; FORMAT=fixed", cte="8BIT"), traps="header-case")
code("en-utf8-raw-headers", "566091", "", "Bonjour Zoë, your access code is 566091 — naïve but effective.\n", "Cobalt Rail <tickets@cobaltrail.example>", form="plain", cte="8bit", rawsubj="Accès à votre portefeuille".encode(), traps="raw-8bit-header")
code("en-comment-conditional", "943316", "Access code", "<html><body><!--[if mso]><p>Your access code is 111111 (Outlook)</p><![endif]--><!-- old code: 222222 --><div style='display:none'>ref 333333</div><p>your access code is <b>943316</b></p><script>var code = 444444;</script></body></html>", "Cobalt Rail <tickets@cobaltrail.example>", form="raw", traps="hidden-decoy")
code("en-hidden-class", "871530", "Access code", "<html><head><style>.x1{display:none} .big{font-size:30px} td{color:#654321}</style></head><body><p class='x1'>Your access code is 000111</p><p>your access code is</p><p class=big>871530</p><p hidden>code 555222</p></body></html>", "Cobalt Rail <tickets@cobaltrail.example>", form="raw", traps="hidden-decoy")
code("en-title-attr", "P3X9Q", "Access code", "<html><body><p>your access code is</p><p><img src='https://cdn.cobaltrail.example/c/9.png' title='P3X9Q' alt=''></p></body></html>", "Cobalt Rail <tickets@cobaltrail.example>", form="raw", traps="image-alt alphanumeric")

# --- encrypted ---------------------------------------------------------------------------------------------------------------------------

none("en-smime-enveloped", "Your one-time code", "", "Ridgeline Bank <secure@ridgeline.example>", unreadable=True, traps="encrypted", body=Part("application/pkcs7-mime", data=b"\x30\x82\x04\x10\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03" + token("smime", 900).encode(), params='; smime-type=enveloped-data; name="smime.p7m"', headers=['Content-Disposition: attachment; filename="smime.p7m"']))
none("de-smime-enveloped", "Ihre TAN", "", "Nordhafen Bank <service@nordhafen.example>", unreadable=True, traps="encrypted", body=Part("application/x-pkcs7-mime", data=b"\x30\x82\x05\x22" + token("smime2", 700).encode(), params='; name=smime.p7m'))
none("en-portal-mail", "You have a secure message from Ridgeline Bank", "You have received a secure message. To read it, open the attachment messageATT.html, sign in with your portal password and follow the instructions.\n\nIf you have concerns about the validity of this message, call 1-877-555-0190.\n", "Ridgeline Bank Secure Mail <secure@ridgeline.example>", form="plain", traps="mention-of-codes phone")
code("en-smime-signed", "640218", "Transaction code", "", "Ridgeline Bank <secure@ridgeline.example>", traps="signed", body=Multi("signed", Part("text/plain", "Your transaction code is 640218.\n"), Part("application/pkcs7-signature", data=b"\x30\x82" + token("sig", 400).encode(), params='; name="smime.p7s"', headers=['Content-Disposition: attachment; filename="smime.p7s"']), params=' protocol="application/pkcs7-signature"; micalg=sha-256;'))
code("en-pgp-clearsigned", "918846", "Door code for the lab", "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\nYour one-time login code for the build host is 918846.\n\n-----BEGIN PGP SIGNATURE-----\n\niQIzBAEBCgAdFiEE" + token("pgs1", 48) + "\n" + token("pgs2", 64) + "\n=Zk91\n-----END PGP SIGNATURE-----\n", "Labs <root@labs.test>", form="plain", traps="signed")

# --- charset trouble (UTF-8 is in every other file) --------------------------------------------------------------------------------------

code("en-utf16", "403391", "Passcode", "Your passcode is 403391. Thank you for travelling with us.\n", "Cobalt Rail <tickets@cobaltrail.example>", form="plain", cs="utf-16")
code("de-utf7", "619004", "Ihr Prüfcode", "Schöne Grüße aus Lübeck! Ihr Prüfcode für die Anmeldung: 619004\n", "Hansefähre <buchung@hansefaehre.example>", form="plain", cs="utf-7", scs="latin-1")
code("en-unknown-charset", "528813", "Passcode", "Your passcode is 528813 — don’t share it.\n", "Cobalt Rail <tickets@cobaltrail.example>", form="plain", cs="utf-8", label="x-unknown", cte="8bit", traps="wrong-charset")
code("fr-utf8-as-latin1", "874420", "Votre code de sécurité", "Voici votre code de sécurité : 874420. Il expire dans 10 minutes, dépêchez-vous !\n", "Billets Malins <contact@billetsmalins.example>", form="plain", cs="utf-8", label="iso-8859-1", cte="8bit", traps="wrong-charset", ttl=600)
code("de-cp1252-as-ascii", "15587", "Anmeldung", "Ihr Code für die Anmeldung: 15587\nBitte geben Sie ihn auf der Seite ein. Gültig: 5 Minuten.\n", "Hansefähre <buchung@hansefaehre.example>", form="plain", cs="windows-1252", label="us-ascii", cte="8bit", ttl=300, traps="wrong-charset")
code("ru-split-encoded-word", "770025", "Ваш одноразовый пароль для входа в личный кабинет", "Здравствуйте, Дмитрий!\n\nОдноразовый пароль для входа в личный кабинет: 770025\n\nС уважением, «Тихий Дом»\n", "Тихий Дом <no-reply@tihiydom.example>", form="plain", cs="utf-8", split=17, senc="B", traps="rfc2047-split")
code("ja-subject-only-split", "395571", "【青葉銀行】ワンタイムパスワードは395571です", "お手続きの画面に、件名の6桁の数字を入力してください。\n\n青葉銀行\n", "青葉銀行 <otp@aoba-bank.example>", form="plain", cs="iso2022_jp", traps="subject-only glued")
