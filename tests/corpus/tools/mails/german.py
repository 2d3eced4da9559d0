from authoring import code, link, none, token

code("de-bank-tan", "740318", "Ihre mobile TAN für den Auftrag vom 04.11.2025", """
Sehr geehrter Herr Brandt,

für Ihre Überweisung über 1.499,00 € an MÖBELHAUS WERNICKE (IBAN DE44 5001 0517 5407 3249 31) benötigen Sie folgende TAN:

!! 740318

Die TAN ist 5 Minuten gültig. Wir fragen Sie niemals telefonisch nach einer TAN.

^ Nordhafen Bank eG · Speicherstraße 3 · 20457 Hamburg · Telefon 040 5550-1220 · BLZ 200 907 01
""", "Nordhafen Bank <service@nordhafen.example>", ttl=300, traps="iban amount postal-code phone date", shell="old", box="font")

code("de-compound", "5518", "Zugang zu Ihrem Schließfach", """
Guten Tag,

Ihr Einmalpasswort für Schließfach 112 lautet: 5518

Bitte verwenden Sie es innerhalb der nächsten halben Stunde.

Paketbucht Berlin-Mitte
Postleitzahl 10178
""", "Paketbucht <abholung@paketbucht.example>", form="plain", ttl=1800, traps="short-code postal-code words-lifetime", cs="latin-1")

code("de-verb-first", "930274", "Fast geschafft, Petra!", """
# Fast geschafft, Petra!

Gib in der App einfach diese Zahlen ein, um deine E-Mail-Adresse zu bestätigen:

!! 930 274

Du hast dich gar nicht angemeldet? Dann lösch diese Mail einfach.

^ Wanderlust App GmbH, Torstraße 61, 10119 Berlin, HRB 188231 B, USt-IdNr. DE301992447
""", "Wanderlust <moin@wanderlust.example>", traps="display-separator no-keyword postal-code", shell="mso", box="td")

code("de-versicherung-freischalt", "Q7RT2-M4KX", "Ihr persönlicher Freischaltschlüssel", """
Versicherungsnummer: 31-448291-7

Sehr geehrte Kundin, sehr geehrter Kunde,

mit dem Freischaltschlüssel

!! Q7RT2-M4KX

aktivieren Sie Ihr Postfach in unserem Serviceportal. Geben Sie den Schlüssel bitte genau so ein, auch den Bindestrich.

Mit freundlichen Grüßen
Elbtal Versicherungen
""", "Elbtal Versicherungen <serviceportal@elbtal.example>", traps="hyphen-code policy-number", shell="word", box="p")

code("de-at-handy-signatur", "MT3Q8Z", "Ihr Login bei Amtsweg.test", """
Grüß Gott!

Jemand – vermutlich Sie – meldet sich gerade mit Vergleichswert kXw9 bei Amtsweg an.
Ihr Anmeldecode: MT3Q8Z
Gültig bis 14:32 Uhr.

Bundesrechenstelle, Hintere Zollamtsstraße 4, 1030 Wien
""", "Amtsweg <noreply@amtsweg.test>", traps="alphanumeric postal-code reference-value", cs="windows-1252")

code("de-ch-telko", "220619", "Anmeldung im Kundencenter", """
Grüezi Herr Petrov

Ihr Sicherheitscode: 220 619

Kundennummer 0.774.118.2 | Rechnungsbetrag CHF 64.90

Er läuft in einer Viertelstunde ab. Freundliche Grüsse, Ihre Firnfon AG, 8005 Zürich
""", "Firnfon AG <kundencenter@firnfon.example>", traps="display-separator customer-number amount postal-code")

link("de-anmeldelink", "https://konto.kiezwohnen.example/anmelden/einmal?t=" + token("dea", 44) + "&u=10442", "Dein Anmeldelink für Kiezwohnen", """
~ Ein Klick und du bist drin.

Hallo Jonas,

du wolltest dich ohne Passwort anmelden. Bitte schön:

[btn Jetzt anmelden]({L})

Der Link gilt 20 Minuten und nur ein einziges Mal. Wenn du ihn nicht angefordert hast, musst du nichts tun.

^ [Hilfe](https://kiezwohnen.example/hilfe) · [Impressum](https://kiezwohnen.example/impressum) · [Benachrichtigungen abbestellen](https://konto.kiezwohnen.example/abmelden?u=10442)
""", "Kiezwohnen <noreply@kiezwohnen.example>", ttl=1200, traps="decoy-link", shell="dark")

link("de-registrierung", "http://forum.modellbahn.test/register.php?a=act&u=8812&i=" + token("deb", 40, "0123456789abcdef"), "Aktivierung Ihres Benutzerkontos im Modellbahnforum", """
Hallo Dampflok58,

vielen Dank für Ihre Registrierung im Modellbahnforum. Damit Ihr Konto freigeschaltet wird, müssen Sie noch auf den folgenden Verweis klicken:

{L}

Falls der Verweis nicht funktioniert, kopieren Sie ihn bitte vollständig in die Adresszeile. Ihr Benutzername: Dampflok58, Ihre Benutzernummer: 8812.
""", "Modellbahnforum <webmaster@modellbahn.test>", cs="latin-1", traps="customer-number")

link("de-passwort-neu", "https://mein.elbtal.example/kennwort-neu/" + token("dec", 50), "Neues Kennwort für Ihr Kundenkonto", """
Sehr geehrte Frau Dvorak,

über den folgenden Button vergeben Sie ein neues Kennwort:

[btn Neues Kennwort festlegen]({L})

Der Link ist 24 Stunden gültig. Haben Sie die Änderung nicht veranlasst, melden Sie sich bitte unter 0351 5550 77.

[Zur Startseite](https://www.elbtal.example/) | [Kontakt](https://www.elbtal.example/kontakt)
""", "Elbtal Versicherungen <kundenkonto@elbtal.example>", ttl=86400, traps="password-reset decoy-link phone", shell="table")

none("de-rechnung", "Ihre Rechnung Nr. 2025-118842", """
Sehr geehrter Herr Brandt,

anbei erhalten Sie die Rechnung 2025-118842 vom 03.11.2025 über 84,17 €. Kundennummer 4408127, Buchungskennzeichen 0077-1182.

Der Betrag wird am 17.11.2025 von Ihrem Konto DE89 **** 3000 abgebucht.
""", "Stadtwerke Lindau <rechnung@stadtwerke-lindau.test>", form="plain", traps="invoice amount customer-number date", cs="windows-1252")

none("de-gutschein", "10 € für dich – Code im Inneren", """
# Schön, dass du da bist!

Mit dem Gutscheincode **HERBST10** sparst du 10 € ab 50 € Bestellwert.

!! HERBST10

Einlösbar bis 30.11.2025 auf [apfelbaum.example](https://www.apfelbaum.example/?gutschein=HERBST10).
""", "Apfelbaum <post@apfelbaum.example>", traps="promo-code amount")

none("de-bahn-ticket", "Buchungsbestätigung (Auftrag 7Q2LMX)", """
Vielen Dank für Ihre Buchung!

| Auftragsnummer | 7Q2LMX
| Verbindung | Hamburg Hbf 08:24 – Lübeck 09:11
| Zug | RE 21417
| Preis | 18,90 €

Ihr Online-Ticket finden Sie im Anhang. Gute Reise!
""", "Hansefähre & Bahn <buchung@hansefaehre.example>", traps="booking-reference amount", shell="old")

none("de-sms-unterwegs", "Sicherheitshinweis: mTAN angefordert", """
Guten Tag,

wir haben Ihnen soeben eine mobile TAN per SMS an die Nummer +49 170 ***** 44 geschickt. Sollte sie nicht ankommen, fordern Sie in 2 Minuten eine neue an.
""", "Nordhafen Bank <service@nordhafen.example>", form="plain", traps="sent-elsewhere phone")

none("de-phishing-warnung", "Vorsicht: Betrüger fragen nach TANs", """
# Geben Sie niemals eine TAN weiter

Zurzeit rufen angebliche Mitarbeiter unserer Bank an und bitten um den 6-stelligen Code aus der SMS. Legen Sie auf und wählen Sie 116 116.

Im Jahr 2024 entstanden so Schäden von 4.180.000 Euro.

[btn Mehr erfahren](https://www.nordhafen.example/sicherheit/2025/warnung)
""", "Nordhafen Bank <newsletter@nordhafen.example>", traps="mention-of-codes amount phone", shell="mso")

none("de-neue-anmeldung", "Neue Anmeldung bei Ihrem Konto", """
Am 05.11.2025 um 07:14 Uhr wurde Ihr Konto auf einem neuen Gerät verwendet (Safari, Graz, 203.0.113.9).

Das waren Sie? Dann ist alles in Ordnung. Andernfalls [ändern Sie bitte Ihr Kennwort](https://mein.elbtal.example/kennwort).
""", "Elbtal Versicherungen <sicherheit@elbtal.example>", traps="security-alert ip-address date")

none("de-elternabend", "Elternabend 4b am 18.11., Raum 207", """
Liebe Eltern,

der Elternabend findet am 18. November 2025 um 19:30 Uhr in Raum 207 statt. Wer online teilnehmen will: Konferenz 884 120 553, Kenncode 77120.

Viele Grüße
M. Osterkamp
""", "Grundschule am Deich <osterkamp@deichschule.test>", form="plain", traps="meeting-passcode date")
