"""Mails that hold things that look like codes and links, in all sorts of trades and languages, and deliver nothing."""

from authoring import none, token, Part, Multi, Attached

# --- English ---------------------------------------------------------------------------------------------------------------------------

none("en-card-receipt", "Receipt from Copper Kettle Café", """
Copper Kettle Café
14 Orchard Close, Leeds LS6 2AB

| Flat white x2 | £6.40
| Rock cake | £2.10
| Total | £8.50

Paid with card ************4417
Auth code: 004418
Terminal 22014471  Merchant 118842719
CONTACTLESS  APPROVED
03/11/2025 08:31
""", "Copper Kettle Café <receipts@copperkettle.example>", traps="receipt amount card-digits postal-code date", shell="divs")
none("en-homestay", "Reservation confirmed: 3 nights in Sintra", """
# You're going to Sintra!

Confirmation code
**HMT4X8QZR2**

Check-in Fri, 14 Nov, 15:00 · Checkout Mon, 17 Nov, 11:00

Your host Lucia will send you arrival details two days before.

[btn View reservation](https://www.hearthstay.example/trips/HMT4X8QZR2)
""", "Hearthstay <stays@hearthstay.example>", traps="booking-reference token-link", shell="react")
none("en-flight-confirmation", "Flight confirmation Q7XKLM", """
Your confirmation code is Q7XKLM

You will need it, with your last name, to manage your trip from Denver to Reno on December 4.
Flight 2218 | Gate assigned at check-in | Baggage 1 x 23 kg
""", "High Plains Air <trips@highplainsair.example>", form="plain", traps="booking-reference")
none("en-licence-key", "Your Sketchpad Pro licence", """
Thank you for your purchase! Here is your licence key:

SKP7-22XQ-9KTM-4H1B-ZZ05

Order 4412708. Enter the key under Help > Activate. Keep this mail: you need the key again when you reinstall.
""", "Sketchpad <shop@sketchpad.example>", form="plain", traps="licence-key order-number")
none("en-referral", "Give $10, get $10", """
Share your referral code **NOA-4418** with friends. When they take their first ride, you both get $10.

[btn Invite friends](https://bluebell.example/refer?code=NOA-4418)
""", "Bluebell Bikes <ride@bluebell.example>", traps="promo-code amount", shell="mso")
none("en-sandbox-otp", "API changelog, November 2025", """
## What's new in v2025-11-01

- In the sandbox every one-time password is 000000; use 111111 to provoke a failure.
- POST /verify now answers 422 instead of 400 when the code has expired.
- Error code E1042 was removed.

Upgrade guide: https://developers.sprocketpay.example/changelog#2025-11-01
""", "Sprocket Pay Developers <dev@sprocketpay.example>", traps="example-code error-code date")
none("en-blog-otp", "Why six digits? A short history of the one-time code", """
# Why six digits?

Every day we all type codes such as 482913 without a thought. But why six digits and not five? In 1984 ...

A six-digit code has 1,000,000 values; with 3 attempts the odds of a lucky guess are 1 in 333,333. In 2005, RFC 4226 recommended at least six.

[btn Read the full story](https://blog.harrier.example/why-six-digits)
""", "The Harrier Blog <blog@harrier.example>", traps="example-code newsletter mention-of-codes", shell="table")
none("en-colleague-asks", "code?", """
Hey, when the login code from Nimbra lands in the shared inbox, can you ping me? I am at extension 4471 until 17:30. Thx!

Tunde
""", "Tunde Okafor <t.okafor@inbox.example>", form="plain", to="ops@labs.test", traps="mention-of-codes")
none("en-terms", "We're updating our Terms of Service", """
We're making some changes to our Terms of Service and Privacy Policy, effective January 15, 2026. Section 14.2 (verification of your account) is new. You can read version 7.3 at https://larkspur.example/legal/terms/2026-01-15

No action is required.
""", "Larkspur <legal@larkspur.example>", form="plain", traps="date")
none("en-domain-expiry", "DOMAIN EXPIRY: cobaltrail.example in 30 days", """
Your domain will expire on 2025-12-04. Customer ID 4412708. Authorisation (EPP) codes can be requested in the control panel if you plan to transfer.

[btn Renew now](https://panel.basalt.example/renew?d=cobaltrail.example&cid=4412708)
""", "Basalt Hosting <domains@basalt.example>", traps="customer-number date mention-of-codes", shell="old")
none("en-incident", "[P2] INC-482913 triggered: high error rate on login", """
Incident INC-482913
Service: login-api
Error rate 12.4 % (threshold 5 %), HTTP 502 x 1184 in 10 minutes
Runbook: https://runbooks.granite.example/login-api#502

Ack: reply 4471   Resolve: reply 4472
""", "Granite Alerts <alerts@granite.example>", form="plain", traps="error-code ticket-number")
none("en-pull-request", "[forge/relay] Verify codes before sending (PR #4827)", """
@dpetrov commented on this pull request.

> In src/verify.rs:
> +    let code = "482913"; // test vector

Can we use a constant? Also see 3f9a771.

--
Reply to this email directly or view it on Forge:
https://forge.example/forge/relay/pull/4827#discussion_r118842719
""", "dpetrov <notifications@forge.example>", form="plain", traps="other-meaning quoted-only", headers=["List-ID: forge/relay <relay.forge.forge.example>"])
none("en-shared-document", "Anna shared \"Q4 budget\" with you", """
# Anna Szabo shared a document

**Q4 budget 2025.xlsx** — last edited 4 Nov

[btn Open](https://docs.nimbusdocs.example/s/""" + token("share1", 32) + """?usp=email)

Anna is outside your organisation.
""", "Anna Szabo via Nimbus Docs <share@nimbusdocs.example>", traps="token-link", shell="dark")
none("en-review-request", "Rate your ride with Kojo", """
How many stars? Tap one:

[★](https://zipcab.example/rate/""" + token("rate", 24) + """/1) [★★](https://zipcab.example/rate/""" + token("rate", 24) + """/2) [★★★](https://zipcab.example/rate/""" + token("rate", 24) + """/3)

Trip 3 Nov 2025, 22:10, $14.85. Plate 7XKL418. Trip ID 4F8E2D1A.
""", "Zipcab <trips@zipcab.example>", traps="token-link amount survey", shell="bare")
none("en-unsubscribed", "You have been unsubscribed", """
We're sorry to see you go. m***@post.example won't get our newsletter any more. Changed your mind? [Resubscribe](https://news.fallowdeer.example/resub?t=""" + token("resub", 30) + """).
""", "Fallow Deer <news@fallowdeer.example>", traps="token-link", shell="divs")
none("en-password-expiry", "Your password will expire in 5 days", """
User name: EKALLIO. To change it, press Ctrl+Alt+Del or visit https://sso.eastmoor.test/password. After 3 wrong attempts the account is locked for 30 minutes. Service desk ext. 5500.
""", "Eastmoor University IT <servicedesk@eastmoor.test>", form="plain", traps="plain-login-link small-numbers")
none("en-login-blocked", "Sign-in attempt prevented", """
Someone just used your password to try to sign in to your account from a device we don't recognise. We blocked it. You should check what happened.

| Tuesday, 4 November 2025 at 03:12 | Near Minsk | IP 203.0.113.201

[btn Check activity](https://account.aster.example/notifications/""" + token("act", 20) + """)
""", "Aster account team <account-security-noreply@aster.example>", traps="security-alert ip-address token-link date", shell="table")
none("en-phone-changed", "Your phone number was updated", """
The phone number for verification codes on your account was changed to one ending in 4418 on 4 Nov 2025. If you didn't do this, call 1-877-555-0190 within 24 hours.
""", "Ridgeline Bank <secure@ridgeline.example>", form="plain", traps="security-alert mention-of-codes phone date")
none("en-email-changed-notice", "Your email address was changed", """
The email for your Kestrel account was changed to w***@new.example. This notice goes to the old address. If it wasn't you, [undo the change](https://kestrel.example/undo/""" + token("undo", 40) + """) within 72 hours.
""", "Kestrel Analytics <security@kestrel.example>", traps="security-alert undo-link token-link", shell="react")
none("en-passkey-added", "Passkey added", """
A passkey named "Mira's phone" was added on 2025-11-04T19:07:33Z (request 9f1c2b7e). You no longer need a password or code when you sign in on this device.
""", "Overlook ID <id@overlook.example>", traps="security-alert mention-of-codes")
none("en-app-code-used", "You signed in with an authenticator code", """
Hello! Your Coinmarsh account was opened with a code from your authenticator app at 09:26 UTC from 198.51.100.201. Device ID 71-0044-B.
""", "Coinmarsh <do-not-reply@coinmarsh.example>", form="html", traps="security-alert ip-address mention-of-codes")
none("en-recovery-code-list-html", "Save your recovery codes", """
Keep these ten codes in a safe place. Each works once.

| 48271-93004 | 77120-44183
| 90218-33517 | 61840-22719
| 35529-80166 | 11884-27190
| 44127-08818 | 20953-71164
| 83310-05592 | 66048-19937
""", "Harrier <no-reply@harrier.example>", traps="recovery-codes many-candidates", shell="mso")
none("en-two-codes-tie", "Your codes", """
Here are the two entry codes you asked us for:

- 482913
- 771042

Use either. Both are valid for 10 minutes.
""", "Slatepad <noreply@slatepad.example>", traps="tie")
none("en-payout", "Payout of $4,827.13 sent", """
Payout po_1QxT4418 of $4,827.13 to bank account ending 2071 was sent on Nov 4. Trace ID 091000019482913. Expect it in 1-2 business days.
""", "Sprocket Pay <payouts@sprocketpay.example>", traps="amount account-number")
none("en-tax-form", "Your 1099-K for 2024 is available", """
Log in to download form 1099-K. Tax year: 2024. Taxpayer ID ending 4418. State code: 06. Control number 771842.
""", "Sprocket Pay <tax@sprocketpay.example>", form="plain", traps="tax-number plain-login-link")
none("en-lab-results", "New test result in your health portal", """
A new result is available for patient 441827. Code 80053 (comprehensive metabolic panel), collected 2025-10-31.

[btn Sign in to view](https://portal.harborclinic.example/login)
""", "Harbor Clinic <noreply@harborclinic.example>", traps="plain-login-link product-code customer-number", shell="table")
none("en-school-closing", "Two-hour delay today (code yellow)", """
Due to snow, all schools open two hours late. Bus 118 and bus 204 run from stop 7 only. Call the hotline 555-0199 and enter school code 3306 for updates.
""", "Duluth North Schools <office@northschools.test>", traps="other-meaning phone")
none("en-job-alert", "12 new jobs for \"code reviewer\"", """
Senior code reviewer (Ref 482913) - Leeds - £52,000
Medical coder, ICD-10 (Ref 771842) - Remote - £31,500
QR code engineer (Ref 118842) - York - £45,250
""", "Jobs by Heron <alerts@heronjobs.example>", traps="other-meaning amount many-candidates")
none("en-bank-codes-info", "How to receive money from abroad", """
Give the sender these details:

- Account number 31926819
- Sort code 60-16-13
- SWIFT/BIC MRLWGB2L
- IBAN GB29 MRLW 6016 1331 9268 19
""", "Marlowe Credit <service@marlowe.example>", traps="iban account-number", shell="table")
none("en-lottery-pick", "Your lucky numbers for Saturday", """
Here are your entries for draw 4418 on 8 November:
07 12 24 33 41 45
Ticket code 118842719-0. Good luck!
""", "Harbour Lotto <play@harbourlotto.example>", form="plain", traps="lottery booking-reference")
none("en-puzzle", "Today's puzzle: crack the safe", """
Can you open the safe? 6 8 2: one digit is right and in its place. 6 1 4: one digit is right but in the wrong place. 2 0 6: two digits are right but both in the wrong place. Solution tomorrow!
""", "The Daily Riddle <riddle@dailyriddle.example>", form="plain", traps="spaced-out newsletter")
none("en-shipping-label", "Your return label", """
Drop code-free: just show the label. RMA number: 448127. Carrier tracking 1Z 999 AA1 01 2345 6784. Return by 18 Nov 2025.
""", "Wicker & Wool <returns@wickerandwool.example>", form="plain", traps="tracking-number date")
none("en-sim-puk", "Your PUK and SIM details", """
Keep for your records. SIM (ICCID) 8944 1100 6441 8842 719. PUK 48271930. Your SIM PIN was printed on the card you received by post.
""", "Beacon Wireless <service@beaconwireless.example>", traps="sim-puk long-number")
none("en-letter-follows", "Your PIN is in the post", """
Thanks for ordering a new debit card. For security the PIN comes in a separate letter within 5 working days. Card ending 4418, branch 118.
""", "Marlowe Credit <service@marlowe.example>", traps="sent-elsewhere card-digits")
none("en-app-push", "Approve the sign-in on your phone", """
We've sent a notification to your phone. Open the Overlook app and tap **47** to confirm that it's you. You can't do that from this email.
""", "Overlook ID <id@overlook.example>", traps="sent-elsewhere small-numbers", shell="bare")
none("en-code-by-post", "Verification letter on its way", """
We have posted a letter with your verification code to 12 Elm Row, EH7 4AA. It should arrive within 10 days. When you have it, enter the code at https://govaccess.example/verify
""", "GovAccess <no-reply@govaccess.example>", traps="sent-elsewhere postal-code plain-login-link")
none("en-template-unfilled", "Your verification code", """
Hello {{first_name}},

Your verification code is {{code}}. It expires in 10 minutes.
""", "Cobalt Rail <tickets@cobaltrail.example>", form="plain", traps="unfilled-template")
none("en-empty-body", "(no subject)", "", "Wei Lin <wei.lin@youxiang.example>", form="plain", traps="empty")
none("en-code-missing-image", "Your security code", '<html><body><p>Your security code is shown in the picture below.</p><img src="https://cdn.cobaltrail.example/c/118842.png" alt=""><p>It expires in 10 minutes.</p></body></html>', "Cobalt Rail <tickets@cobaltrail.example>", form="raw", traps="image-without-alt")
none("en-only-pdf", "Your statement", "", "Ridgeline Bank <secure@ridgeline.example>", traps="attachment-only", body=Multi("mixed", Part("text/plain", "Please see the attached statement 2025-10.\n"), Part("application/pdf", data=b"%PDF-1.7\n%\xe2\xe3\n" + token("pdf9", 600).encode(), params='; name="2025-10.pdf"', headers=['Content-Disposition: attachment; filename="2025-10.pdf"'])))
none("en-read-receipt", "Read: Your passcode", "", "Tunde Okafor <t.okafor@inbox.example>", traps="delivery-report", body=Multi("report",
     Part("text/plain", "Your message\n\n  To: Tunde Okafor\n  Subject: Your passcode\n  Sent: Tuesday, November 4, 2025 9:03:11 AM\n\nwas read on Tuesday, November 4, 2025 9:05:48 AM.\n"),
     Part("message/disposition-notification", "Reporting-UA: desk.inbox.example; mailer 16.0\nFinal-Recipient: rfc822;t.okafor@inbox.example\nOriginal-Message-ID: <482913@relay.test>\nDisposition: manual-action/MDN-sent-manually; displayed\n", label=""), params=" report-type=disposition-notification;"))
none("en-mailing-list-digest", "relay-users Digest, Vol 118, Issue 42", """
Today's Topics:

   1. Re: verification codes arrive late (Marek Kral)
   2. UIDVALIDITY 1762243200 (Eero Kallio)

----------------------------------------------------------------------

Message: 1
Date: Mon, 03 Nov 2025 09:14:22 +0100
From: Marek Kral

My server needs 482 seconds to hand out a mail with a code in it. Does
anybody else see that? Version 2.3.19, RFC 3501.

------------------------------
""", "relay-users-request@lists.labs.test", form="plain", traps="mailing-list mention-of-codes other-meaning", headers=["List-Id: <relay-users.lists.labs.test>"])
none("en-long-newsletter", "The Sunday Almanac", "\n\n".join(f"""# {title}

{text} [Read on](https://almanac.example/2025/{i + 40}/{token('alm' + str(i), 10)}?utm_source=nl&utm_content={i * 7919 + 48213})""" for i, (title, text) in enumerate([
    ("The lighthouse that moved", "In 1999 engineers rolled a 4,830-ton lighthouse 2,900 feet inland. It took 23 days."), ("A code of honour", "The club's 1871 rule book has 59 rules; number 14 is still broken every Sunday."),
    ("Verify, then trust", "Our columnist spent 30 days checking every claim she read. 412 were wrong."), ("Recipe 118: rye bread", "500 g rye flour, 350 ml water at 38 °C, 10 g salt; bake 50 minutes at 220 °C."),
    ("Numbers of the week", "8.1 billion people, 195 countries, 7,168 languages, 1 moon."), ("Key finding", "Pianos have 88 keys, but in 1904 one maker sold 97."), ("Letters", "A. Holt (Leeds LS6 2AB) writes: your issue 4412 misprinted the phone number 0113 555 0142."),
    ("Sign in the sky", "The comet returns on 12 March 2061. Magnitude 6.5, period 75.3 years."), ("Puzzle", "Last week's answer: 271828. 314 readers were right."), ("From the archive", "On 9 November 1967 issue 2025 cost 3 shillings.")])),
     "The Sunday Almanac <almanac@almanac.example>", traps="newsletter many-candidates amount phone date", shell="table")

# --- Other languages ---------------------------------------------------------------------------------------------------------------------

none("de-kassenbon", "Ihr Kassenbon", """
Filiale 0418, Torstraße 61, 10119 Berlin

| Hafermilch | 1,99
| Brot | 3,49
| SUMME EUR | 5,48

Girocard ####4417 · Autorisierungscode 118842 · Terminal-ID 60441270 · Beleg-Nr. 4471 · 04.11.2025 18:02
""", "Kaufhaus Kranich <bon@kranich.example>", traps="receipt amount card-digits date postal-code", shell="divs")
none("de-wlan", "Willkommen im Hotel Seeblick", """
Liebe Gäste, Ihr Zimmer ist die 207. WLAN: Seeblick-Gast, Kennwort moewe2025. Der Schlüsselsafe wird vom Empfang geöffnet (Tel. 9). Buchungscode HSB-44127.
""", "Hotel Seeblick <rezeption@seeblick.example>", form="plain", traps="wifi-password booking-reference")
none("de-wiederherstellungscodes", "Ihre Wiederherstellungscodes", """
Bewahren Sie diese Codes sicher auf. Jeder kann einmal verwendet werden:

4827-1930   7712-0441
9021-8335   6184-0227
3552-9801   1188-4271
""", "Wolkenwerk <sicherheit@wolkenwerk.example>", form="plain", traps="recovery-codes many-candidates")
none("de-fehlercode", "Störung an Ihrem Wechselrichter", """
Gerät WR-4412708 meldet seit 04.11.2025 14:20 den Fehlercode 3501 (Netzspannung). Bitte prüfen Sie die Sicherung F12. Seriennummer 1188427190.
""", "Sonnenkraft Monitoring <service@sonnenkraft.example>", form="plain", traps="error-code date")
none("de-kontoauszug", "Neuer Kontoauszug in Ihrem Postfach", """
Guten Tag Herr Brandt, im Online-Banking liegt der Kontoauszug 11/2025 für Konto DE** **** 0532 0130 00 bereit.

[btn Zum Login](https://banking.nordhafen.example/login)
""", "Nordhafen Bank <service@nordhafen.example>", traps="plain-login-link iban", shell="table")
none("de-umfrage", "Ihre Meinung zählt: Umfrage 118842", """
Nehmen Sie sich 3 Minuten Zeit. Ihr Teilnahmecode steht im Link, Sie müssen nichts eintippen.

[btn Zur Umfrage](https://umfrage.elbtal.example/118842?tn=""" + token("umf", 16) + """)
""", "Elbtal Versicherungen <umfrage@elbtal.example>", traps="survey token-link", shell="mso")
none("fr-ticket-caisse", "Votre ticket de caisse", """
Boulangerie du Port, 29200 Brest
2 croissants 2,60 €
TOTAL 2,60 €
CB ************4417 N° autorisation : 118842
04/11/25 07:48 Ticket 0044
""", "Boulangerie du Port <ticket@boulangerieduport.example>", form="html", traps="receipt amount card-digits postal-code date")
none("fr-rappel-codes", "Ne communiquez jamais vos codes", """
Des fraudeurs se font passer pour votre conseiller. Nous ne vous demanderons jamais un code reçu par SMS ou par e-mail. En cas de doute, composez le 02 98 55 01 18.
""", "Crédit du Littoral <info@credit-littoral.example>", traps="mention-of-codes phone")
none("fr-visio", "Invitation : conseil d'école", """
Rejoindre la réunion : https://meet.huddle.example/j/84511207734
ID de réunion : 845 1120 7734
Code secret : 771842
""", "École des Dunes <direction@ecole-dunes.test>", traps="meeting-passcode")
none("es-recibo", "Recibo de tu viaje del martes", """
Total: 8,40 €
Tarjeta •••• 4417 · Código de autorización 004418
Viaje 4F8E-2D1A · Matrícula 4418 KXM · 04/11/2025 08:12
""", "Taxi Golondrina <recibos@taxigolondrina.example>", traps="receipt amount card-digits date", shell="dark")
none("es-codigos-respaldo", "Tus códigos de recuperación", """
Guárdalos en un lugar seguro; cada uno sirve una sola vez.

482719  300447  712044
183902  183351  761840
""", "Nube Clara <seguridad@nubeclara.example>", form="plain", traps="recovery-codes many-candidates")
none("es-reserva-hotel", "Reserva confirmada en Hotel Mirador", """
Localizador: 7HQ2KX
PIN de la reserva: 4418 (para modificarla por teléfono)
Entrada: 14 nov 2025, desde las 15:00
Precio: 184,00 €
""", "Hotel Mirador <reservas@hotelmirador.example>", traps="booking-reference amount date")
none("it-scontrino-digitale", "La tua ricevuta", """
Totale 12,40 € - Carta ****4417 - Cod. aut. 118842 - Op. 0044 - 04/11/2025 13:05
""", "Trattoria da Nino <ricevute@danino.example>", form="plain", traps="receipt amount card-digits date")
none("pt_BR-reserva", "Sua reserva está confirmada", """
Código da reserva: **QX7LMT**

Voo 4418, Fortaleza (FOR) – Recife (REC), 14/11/2025 06:40. Faça o check-in a partir de 48 h antes.
""", "Voa Jangada <reservas@voajangada.example>", traps="booking-reference date", shell="mso")
none("nl-boete", "Uw reisoverzicht van oktober", """
Kaartnummer 3528 0441 2708 8184. Aantal reizen: 22. Totaal € 84,17. Klantcode 118842. Bekijk uw reizen op https://mijn.ovkaartje.example
""", "OV Kaartje <service@ovkaartje.example>", form="plain", traps="card-digits amount customer-number plain-login-link")
none("pl-wizyta", "Przypomnienie o wizycie nr 4418", """
Przypominamy o wizycie 13.11.2025 o 10:20, gabinet 14. Numer w kolejce: A118. Nr PESEL pacjenta: 850730*****.
""", "Przychodnia Dębowa <rejestracja@debowa.test>", traps="booking-reference date")
none("ru-chek", "Кассовый чек", """
ИТОГ 482,00 ₽
ФН 9960440301188427, ФД 44127, ФПД 1884271900
Код авторизации: 118842
Карта ****4417, 04.11.2025 18:02
""", "Кофейня Зерно <chek@zerno.example>", form="plain", traps="receipt amount card-digits date")
none("ru-indeks", "Уточните почтовый индекс", """
Здравствуйте! Посылка RU448127719RU задерживается: индекс 127055 не соответствует адресу. Ответьте на это письмо, пожалуйста.
""", "Почта Голубь <info@golub.example>", traps="postal-code tracking-number", cs="koi8-r")
none("tr-fatura", "Kasım faturanız hazır", """
Abone no: 4412708. Fatura no: ABC2025000118842. Son ödeme tarihi 20.11.2025, tutar 348,20 TL. Kodunuz yok mu? Aboneliğinizi e-Devlet'ten doğrulayabilirsiniz.
""", "Bozkır Elektrik <fatura@bozkirelektrik.test>", form="html", traps="invoice amount customer-number date mention-of-codes")
none("ar-invoice", "فاتورة شهر نوفمبر", """
رقم الحساب: ٤٤١٢٧٠٨٨
رقم الفاتورة: 118842
المبلغ المستحق: 242.50 ر.س
تاريخ الاستحقاق: 2025-11-20
""", "شركة الواحة للكهرباء <billing@wahapower.test>", traps="invoice amount account-number arabic-digits rtl date")
none("fa-verify-warning", "هشدار امنیتی", """
کارشناسان ما هرگز رمز یک‌بار مصرف یا کد تأیید شما را نمی‌پرسند. در صورت تماس مشکوک با ۰۲۱-۸۸۴۴۱۲۷ تماس بگیرید.
""", "بانک البرز <info@bankalborz.example>", form="plain", traps="mention-of-codes persian-digits phone rtl")
none("he-warning", "זהירות מהונאות", """
נציגינו לעולם לא יבקשו ממך קוד אימות או סיסמה. קיבלת שיחה חשודה? התקשרו 03-555-0118, בימים א'-ה' 8:00-17:00.
""", "בנק הגליל <news@bankhagalil.example>", traps="mention-of-codes phone rtl")
none("hi-warning", "सावधान रहें: ओटीपी साझा न करें", """
बैंक कभी भी फोन पर आपका ओटीपी, पिन या सीवीवी नहीं पूछता। धोखाधड़ी की सूचना 1930 पर दें। वर्ष 2024 में 1,18,842 शिकायतें दर्ज हुईं।
""", "गंगा बैंक <soochna@gangabank.example>", traps="mention-of-codes phone")
none("bn-warning", "সতর্কতা: ওটিপি শেয়ার করবেন না", """
আমাদের কোনো কর্মকর্তা কখনো আপনার ওটিপি বা পিন জানতে চাইবেন না। সন্দেহ হলে ১৬২৪৭ নম্বরে ফোন করুন।
""", "পদ্মাপাড় ব্যাংক <info@padmapar.example>", form="html", traps="mention-of-codes bengali-digits phone")
none("th-warning", "ระวังมิจฉาชีพ", """
ธนาคารไม่มีนโยบายสอบถามรหัส OTP หรือรหัสผ่านทางโทรศัพท์ พบเหตุผิดปกติโทร. 02-555-0118 ตลอด 24 ชั่วโมง
""", "ธนาคารเจ้าพระยา <news@chaophraya.example>", traps="mention-of-codes phone", cs="tis-620")
none("vi-canh-bao", "Cảnh báo lừa đảo", """
Ngân hàng không bao giờ yêu cầu Quý khách cung cấp mã OTP, mật khẩu hay mã PIN. Năm 2024 đã có 1.188 vụ lừa đảo. Hotline 1900 555 018.
""", "Ngân hàng Sông Hàn <tintuc@songhan.example>", traps="mention-of-codes phone")
none("id-peringatan", "Jangan bagikan kode OTP", """
Petugas Bank Nusa Tenggara tidak pernah meminta kode OTP, PIN, atau kata sandi. Laporkan ke 1500-118. Waspada selalu, ya!
""", "Bank Nusa Tenggara <info@banknt.example>", traps="mention-of-codes phone")
none("zh_CN-2fa-notice", "您已开启两步验证", """
您的账号已于2025年11月4日开启两步验证。今后登录时需输入身份验证器中的6位验证码。请妥善保管备用码。
""", "码农社区 <noreply@manong.example>", traps="mention-of-codes date")
none("ja-2fa-guide", "2段階認証の設定方法", """
<h3>設定は3ステップ</h3><ol><li>アプリをインストール</li><li>QRコードを読み取る</li><li>表示された6桁のコード（例：123456）を入力</li></ol><p>2025年12月1日より必須となります。</p>
""", "みどり市場 <info@midori-ichiba.example>", form="html", shell="bare", traps="example-code mention-of-codes date")
none("ko-warning", "인증번호를 절대 알려주지 마세요", """
누리은행 직원은 인증번호나 비밀번호를 묻지 않습니다. 의심스러운 전화를 받으셨다면 1588-0118로 신고해 주세요. (2025년 피해 신고 1,188건)
""", "누리은행 <news@nuribank.example>", traps="mention-of-codes phone", cs="euc_kr")
none("el-2fa", "Ενεργοποιήθηκε η επαλήθευση δύο βημάτων", """
Από εδώ και στο εξής θα σας ζητάμε εξαψήφιο κωδικό από την εφαρμογή στο κινητό σας. Η αλλαγή έγινε στις 04/11/2025 19:07.
""", "Ελιά & Λάδι <info@elia.example>", form="html", traps="mention-of-codes date security-alert")
none("ro-avertizare", "Nu divulga codurile primite prin SMS", """
Angajații băncii nu îți vor cere niciodată codul de verificare, PIN-ul sau parola. Sună la 0236 555 018 dacă ai dubii.
""", "Banca Dunărea <noutati@bancadunarea.example>", form="html", traps="mention-of-codes phone")
none("uk-poperedzhennya", "Не повідомляйте коди з СМС", """
Працівники банку ніколи не запитують код підтвердження чи CVV. Підозрілий дзвінок? Телефонуйте 0 800 555 018.
""", "Банк Калина <info@kalyna.example>", form="plain", traps="mention-of-codes phone")
none("hu-figyelmeztetes", "Soha ne adja meg a kódját telefonon", """
Bankunk nem kéri el az SMS-ben kapott kódot. 2024-ben 1188 ügyfelünk vált csalás áldozatává. Gyanú esetén: 62/555-018.
""", "Tisza Takarék <hirek@tiszatakarek.example>", form="plain", traps="mention-of-codes phone")
none("sv-varning", "Lämna aldrig ut dina koder", """
Vi ringer aldrig och ber om engångskoder eller ditt bank-id. Blev du uppringd? Spärra direkt på 0771-555 018 (val 4).
""", "Björkkassan <info@bjorkkassan.example>", traps="mention-of-codes phone", cs="latin-1")
none("fi-varoitus", "Älä luovuta koodejasi kenellekään", """
Pankki ei koskaan kysy tunnuslukuja tai vahvistuskoodeja puhelimitse. Vuonna 2024 huijauksia ilmoitettiin 4 412.
""", "Saaripankki <uutiset@saaripankki.example>", traps="mention-of-codes")
none("cs-varovani", "Pozor na podvodné hovory", """
Ověřovací kód nikdy nikomu nediktujte, ani „bankéři“. Linka 800 555 018 je k dispozici nonstop. Za rok 2024 škody 1,2 mld. Kč.
""", "Vltavská záložna <info@vltavska.example>", form="plain", traps="mention-of-codes phone amount", cs="windows-1250")
none("da-advarsel", "Del aldrig dine koder", """
Vi beder dig aldrig om engangskoder over telefon eller mail. Ring 70 55 01 18, hvis du er i tvivl. Læs mere på https://www.havnebank.example/sikkerhed
""", "Havnebank <nyt@havnebank.example>", form="plain", traps="mention-of-codes phone plain-login-link")
none("sw-onyo", "Tahadhari na matapeli", """
Benki ya Pwani haitakuuliza nambari ya uthibitisho au PIN kwa simu. Piga 0800 555 018 ukiwa na shaka.
""", "Benki ya Pwani <habari@benkipwani.example>", form="plain", traps="mention-of-codes phone")
none("bg-kupon", "Вашият код за отстъпка", """
Въведете промо код **ESEN20** и получете 20% отстъпка до 30.11.2025 г.
""", "Магазин Мащерка <oferti@magazin.example>", traps="promo-code date")
none("sk-zlava", "Zľavový kód na prvý nákup", """
Kód **VITAJ10** zadajte v košíku. Platí pri nákupe nad 30 € do konca roka 2025.
""", "Dielnička <info@dielnicka.example>", traps="promo-code amount")
none("sl-narocilo", "Naročilo 44127-2025 potrjeno", """
Znesek 58,40 EUR, sklic SI00 44127-2025, dostava 8. 11. na 1000 Ljubljana. Koda artikla 118842.
""", "Planinar <info@planinar.example>", form="plain", traps="order-number amount postal-code product-code")
none("sq-paralajmerim", "Kujdes nga mashtrimet", """
Banka nuk ju kërkon kurrë kodin e verifikimit apo PIN-in. Telefononi 04 555 0118.
""", "Banka Iliria <lajme@bankailiria.example>", form="plain", traps="mention-of-codes phone")
none("kk-eskertu", "Алаяқтардан сақ болыңыз", """
Банк қызметкерлері растау кодын ешқашан сұрамайды. Күдікті қоңырау болса, 7711 нөміріне хабарласыңыз.
""", "Дала Банк <info@dalabank.example>", form="plain", traps="mention-of-codes phone")
none("az-sifaris", "Sifarişiniz yoldadır", """
Sifariş nömrəsi: 4412708. Məbləğ: 58,40 ₼. Endirim kodu: PAYIZ15. Kuryer: +994 50 555 01 18.
""", "Nar Mağaza <sifaris@nar.example>", form="html", traps="order-number amount promo-code phone")
