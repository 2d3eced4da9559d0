"""Dutch, Scandinavian, Finnish, Icelandic, the Baltic states, Irish and Welsh."""

from authoring import code, link, none, token

# Dutch
code("nl-bank", "903118", "Uw verificatiecode voor Mijn Polderbank", """
Beste meneer Kral,

Vul deze verificatiecode in om in te loggen op Mijn Polderbank:

!! 903118

De code is 10 minuten geldig. Deel hem met niemand. Twijfelt u? Bel 088 555 01 20.

^ Polderbank N.V., Postbus 1182, 3500 BH Utrecht, KvK 30118842
""", "Polderbank <noreply@polderbank.example>", ttl=600, traps="postal-code phone", shell="table")
code("nl-fiets", "2764", "Je deelfietscode", """
Hoi! Met 2764 open je het slot van fiets 118. Deze pincode werkt één keer, binnen 5 minuten.
""", "Fietsvloot <hallo@fietsvloot.example>", form="plain", ttl=300, traps="short-code small-numbers")
code("nl-be-mutualiteit", "8H4KQ2", "Activatie van uw account", """
Geachte mevrouw,

U vroeg een account aan met rijksregisternummer 85.07.30-***.**. Uw activatiecode is 8H4KQ2. Geef deze in op de webpagina die nog openstaat.

Ziekenfonds De Brug, Kouter 14, 9000 Gent
""", "De Brug <dienst@debrug.example>", form="plain", traps="alphanumeric postal-code", cs="windows-1252")
link("nl-inloglink", "https://mijn.stoomboot.example/auth/e/" + token("nla", 44), "Jouw inloglink voor Stoomboot", """
Hoi Sofia,

Klik op de knop om in te loggen. Geen wachtwoord nodig!

[btn Inloggen]({L})

De link verloopt over een half uur.

^ Geen mail meer ontvangen? [Afmelden](https://mijn.stoomboot.example/afmelden?u=88123) · [Veelgestelde vragen](https://stoomboot.example/faq)
""", "Stoomboot <hoi@stoomboot.example>", ttl=1800, traps="decoy-link words-lifetime", shell="react")
link("nl-wachtwoord", "https://account.tuinhuis.example/wachtwoord-herstellen?sleutel=" + token("nlb", 28) + "&klant=448127", "Wachtwoord vergeten", """
Beste klant,

Via onderstaande link stel je een nieuw wachtwoord in. De link is 24 uur geldig.

{L}

Klantnummer: 448127
""", "Tuinhuis <klantenservice@tuinhuis.example>", ttl=86400, traps="password-reset customer-number")
none("nl-bestelling", "Bestelling 7004418 ontvangen", """
Bedankt voor je bestelling!

| Bestelnummer | 7004418
| Totaal | € 34,95
| Bezorging | do 6 nov, 17.00–22.00 uur, 3512 AB

Volg je pakket met 3SABCD118842719.
""", "Tuinhuis <klantenservice@tuinhuis.example>", traps="order-number amount postal-code tracking-number", shell="mso")
none("nl-kortingscode", "Alleen dit weekend: 15% korting", """
Gebruik kortingscode **WEEKEND15** bij het afrekenen. Geldig t/m zondag 9 november 23:59 uur.
""", "Stoomboot <hoi@stoomboot.example>", traps="promo-code")
none("nl-phishing", "Wij vragen nooit om uw codes", """
Beste klant, de laatste tijd worden er weer veel nepmails verstuurd. Onthoud: Polderbank vraagt u nooit om een inlogcode, pincode of verificatiecode door te geven. Stuur verdachte mails naar valse-email@polderbank.example.
""", "Polderbank <nieuws@polderbank.example>", traps="mention-of-codes")

# Swedish
code("sv-engangskod", "481902", "Din engångskod", """
Hej Sofia,

Din engångskod är 481902. Skriv in den inom 15 minuter.

Om du inte har försökt logga in kan du strunta i det här mejlet.

Hälsningar
Björkkassan
""", "Björkkassan <svara-ej@bjorkkassan.example>", form="plain", ttl=900, cs="latin-1")
code("sv-mobil", "770431", "Bekräfta din e-postadress", """
# Välkommen till Fjällmobil!

Ange verifieringskoden på sidan där du registrerade dig:

!! 770431

^ Fjällmobil AB, Box 118, 831 22 Östersund · Org.nr 556118-8427 · Kundtjänst 0771-555 018
""", "Fjällmobil <kund@fjallmobil.example>", traps="postal-code phone customer-number", shell="dark", box="cells")
link("sv-logga-in", "https://konto.smultron.example/l/" + token("sva", 26) + "?src=mail", "Logga in på Smultron", """
Tryck på länken så loggas du in direkt: {L}

Länken slutar fungera efter en timme.
""", "Smultron <hej@smultron.example>", ttl=3600)
none("sv-bokning", "Bokningsbekräftelse – bokningsnummer RTX4418", """
Tack för din bokning!

Tåg 524, Stockholm C 08.21 – Malmö C 12.48, lör 15 nov 2025. Vagn 3 plats 41.
Pris: 695 kr. Bokningsnummer: RTX4418.
""", "Norrtåg <biljett@norrtaget.example>", traps="booking-reference amount date", cs="windows-1252")
none("sv-rabattkod", "Höstrea: upp till 40 %", """
Rabattkod: **HOST40**

[btn Handla nu](https://www.ullochlin.example/rea?kod=HOST40)
""", "Ull & Lin <nyhetsbrev@ullochlin.example>", traps="promo-code newsletter")

# Danish
code("da-engangskode", "330517", "Engangskode til Mit Havnebank", """
Kære kunde

Du skal bruge denne engangskode for at godkende betalingen på 1.249,00 kr. til Cykelgården:

!! 330517

Koden kan bruges i 5 minutter. Ring 70 55 01 18, hvis du ikke genkender betalingen.
""", "Havnebank <ingensvar@havnebank.example>", ttl=300, traps="amount phone", shell="old")
code("da-kommune", "VN7P3", "Bekræft din tilmelding til Digital Post", """
Hej

Din aktiveringskode: VN7P3

Sagsnummer 25/118842. Borgerservice, Rådhuspladsen 2, 8000 Aarhus C
""", "Borgerservice <borger@kommune.test>", traps="alphanumeric order-number postal-code", cs="latin-1")
link("da-bekraeft", "https://www.loppefund.example/bruger/bekraeft/" + token("daa", 32, "0123456789abcdef"), "Bekræft din mailadresse", """
Hej med dig!

[btn Bekræft mailadresse]({L})

Linket udløber om 48 timer. Kan du ikke klikke på knappen, så kopiér linket: [{L}]({L})
""", "Loppefund <post@loppefund.example>", ttl=172800, shell="divs")
none("da-faktura", "Faktura 118842 fra Energi Nord", """
Hermed faktura 118842. Beløb 742,15 kr. trækkes via betalingsservice den 01.12.2025. Kundenr. 4412708, FIK +71<000001188427190+88442719<.
""", "Energi Nord <faktura@energinord.example>", traps="invoice amount customer-number date")
none("da-ny-enhed", "Ny enhed logget ind", """
Vi har registreret et login fra en ny enhed (Chrome, Odense) den 5. november 2025 kl. 07.14. Var det ikke dig, så skift din adgangskode med det samme.
""", "Loppefund <post@loppefund.example>", form="plain", traps="security-alert date")

# Norwegian
code("nb-kode", "594107", "Koden din", """
Hei!

Bruk 59 41 07 for å logge inn i Fjordbanken. Koden er gyldig i ti minutter.

Vi ber deg aldri oppgi koden på telefon.
""", "Fjordbanken <ikkesvar@fjordbanken.example>", form="html", ttl=600, traps="display-separator words-lifetime")
code("nb-strom", "118420", "Bekreftelseskode fra Kraftlaget", """
Hei Ingrid,

her er bekreftelseskoden du ba om: **118420**

Målernummer 707057500118842719. Skriv inn koden på Min side.
""", "Kraftlaget <kunde@kraftlaget.example>", traps="customer-number inline-code", shell="divs")
link("nb-logg-inn", "https://id.hytteliv.example/engangslenke?n=" + token("nba", 40), "Logg inn på Hytteliv", """
Hei igjen

Trykk her for å logge inn: [Logg inn]({L})

Lenken virker bare én gang og går ut om 20 minutter.

[Personvern](https://hytteliv.example/personvern) · [Kontakt oss](https://hytteliv.example/kontakt)
""", "Hytteliv <post@hytteliv.example>", ttl=1200, form="html", traps="decoy-link", shell="bare")
none("nb-pakke", "Pakken din kan hentes", """
Sendingsnummer 70300118842719TT ligger klar på Nærbutikken, 5003 Bergen. Hentefrist 18.11.2025. Ta med legitimasjon.
""", "Postgangen <varsel@postgangen.example>", form="plain", traps="tracking-number postal-code date")
none("nb-sms", "Vi har sendt deg en kode", """
Du har bedt om nytt passord. Koden er sendt på SMS til mobilnummer *** ** 418. Får du den ikke, kan du be om ny kode etter 2 minutter.
""", "Kraftlaget <kunde@kraftlaget.example>", traps="sent-elsewhere phone")

# Finnish
code("fi-pankki", "294017", "Kertakäyttöinen vahvistuskoodi", """
Hyvä asiakas,

vahvista maksu (45,90 €, Kirjakauppa Tuuli) syöttämällä oheinen kertakäyttökoodi:

!! 294017

Koodi vanhenee 5 minuutissa. Älä kerro koodia kenellekään.

^ Saaripankki Oyj, Satamakatu 4, 00160 Helsinki, y-tunnus 1188427-1
""", "Saaripankki <eivastausta@saaripankki.example>", ttl=300, traps="amount postal-code", shell="table")
code("fi-peli", "QPLM8", "Kirjautuminen uudelta laitteelta", """
Terve!

Kirjoita peliin tunnistautumiskoodi QPLM8, niin pääset jatkamaan siitä mihin jäit.
""", "Routapelit <tuki@routapelit.example>", traps="alphanumeric", cs="latin-1")
link("fi-kirjaudu", "https://oma.lumoenergia.example/kirjaudu/linkki?avain=" + token("fia", 36), "Kirjautumislinkki", """
Hei Eero,

pääset palveluun tästä:

[btn Kirjaudu sisään]({L})

Linkki on voimassa yhden tunnin.
""", "Lumo Energia <asiakaspalvelu@lumoenergia.example>", ttl=3600, shell="mso")
none("fi-lasku", "Lasku 20251188 erääntyy 20.11.2025", """
Laskun summa 63,20 €, viitenumero 1188 42719, tilinumero FI21 1234 5600 0007 85. Asiakasnumero 441270.
""", "Lumo Energia <laskutus@lumoenergia.example>", form="plain", traps="invoice iban amount date")
none("fi-alennuskoodi", "Alennuskoodi vain sinulle", """
Koodilla **TUULI20** saat -20 % kaikista kirjoista. Tarjous voimassa 30.11. asti.
""", "Kirjakauppa Tuuli <uutiset@tuuli.example>", traps="promo-code")

# Icelandic
code("is-kodi", "816045", "Staðfestingarkóði", """
Halló,

staðfestingarkóðinn þinn er 816045. Hann gildir í 10 mínútur.

Kveðja,
Hraunbanki
""", "Hraunbanki <ekkisvara@hraunbanki.example>", form="plain", ttl=600)
link("is-innskraning", "https://minar.sidur.test/innskraning/" + token("isa", 32), "Innskráning á Mínar síður", """
Smelltu á hnappinn til að skrá þig inn.

[btn Skrá mig inn]({L})

Ef þú baðst ekki um þetta máttu eyða póstinum.
""", "Mínar síður <noreply@sidur.test>", shell="divs")
none("is-pontun", "Pöntun nr. 448127 móttekin", """
Takk fyrir pöntunina! Upphæð: 12.490 kr. Afhending á pósthúsi 101 Reykjavík fyrir 12. nóvember.
""", "Ullarbúðin <pantanir@ullarbudin.example>", traps="order-number amount postal-code")

# Estonian, Latvian, Lithuanian
code("et-kood", "703318", "Teie kinnituskood", """
Tere!

Sisselogimiseks sisestage kinnituskood:

!! 703318

Kood kehtib 10 minutit.

^ Rannapank AS, Sadama 5, 10111 Tallinn
""", "Rannapank <info@rannapank.example>", ttl=600, traps="postal-code", shell="react")
code("et-kiri", "4471", "Pakiautomaadi uksekood", """
Sinu pakk on kohal! Kapi avamiseks sisesta ühekordne kood 4471. Paki number: CC448127719TT. Hoiame seda 7 päeva.
""", "Pakivedu <teated@pakivedu.example>", form="html", traps="short-code tracking-number", cs="iso-8859-15")
link("et-parool", "https://konto.raamat.example/uus-parool?voti=" + token("eta", 30), "Parooli taastamine", """
Uue parooli määramiseks ava link: {L}

Link aegub 2 tunni pärast.
""", "Raamatukoi <abi@raamat.example>", ttl=7200, traps="password-reset")
none("et-arve", "Arve nr 1188427", """
Arve summa 31,20 €, viitenumber 44127081, maksetähtaeg 20.11.2025. Täname, et maksate õigel ajal!
""", "Eesti Soojus <arved@soojus.test>", form="html", traps="invoice amount date", cs="iso-8859-15")
code("lv-kods", "552960", "Apstiprinājuma kods", """
Labdien!

Jūsu vienreizējais apstiprinājuma kods: **552960**

Kods derīgs 5 minūtes. Nevienam to neizpaudiet!

Kāpu banka, Jūras iela 9, LV-1010 Rīga
""", "Kāpu banka <drosiba@kapubanka.example>", ttl=300, traps="postal-code inline-code", shell="old")
link("lv-aktivizet", "https://portals.teatris.example/aktivizet/" + token("lva", 40), "Aktivizējiet savu kontu", """
Sveiki!

Lai pabeigtu reģistrāciju, noklikšķiniet uz saites:
{L}

Saite ir derīga 24 stundas.
""", "Jūras teātris <bilesu.kase@teatris.example>", form="plain", ttl=86400, cs="windows-1257")
none("lv-pasutijums", "Pasūtījums 448127 ir ceļā", """
Jūsu sūtījums ar numuru RR448127719LV ir nodots kurjeram. Summa apmaksai: 24,90 €. Pasta indekss LV-3401.
""", "Grāmatnīca Kaija <pasutijumi@kaija.example>", form="plain", traps="tracking-number amount postal-code", cs="windows-1257")
code("lt-kodas", "187402", "Prisijungimo kodas", """
Sveiki, Austėja,

jūsų prisijungimo kodas – 187402. Įveskite jį per 3 minutes.

Jei prisijungti bandėte ne jūs, pakeiskite slaptažodį.
""", "Kopų kredito unija <info@kopos.example>", form="plain", ttl=180)
code("lt-siunta", "LT9-44K", "Registracijos patvirtinimas", """
Dėkojame už registraciją! Patvirtinimo kodas:

!! LT9-44K

Įveskite jį programėlėje kartu su brūkšneliu.
""", "Siuntos Greitai <pagalba@siuntosgreitai.example>", traps="hyphen-code alphanumeric", shell="bare", box="span")
none("lt-naujienlaiskis", "Rudens naujienos: 18 naujų knygų", """
Nuolaidos kodas SKAITAU iki lapkričio 15 d. Kainos nuo 9,99 €. Atsisakyti naujienlaiškio galite profilyje.
""", "Knygų namai <naujienos@knygunamai.example>", traps="newsletter promo-code amount", cs="windows-1257")

# Irish and Welsh
code("ga-cod", "61925", "Do chód fíoraithe", """
A Shíle, a chara,

Is é 61925 do chód fíoraithe. Beidh sé bailí ar feadh 10 nóiméad.

Le meas,
Leabharlann Chois Farraige
""", "Leabharlann Chois Farraige <eolas@leabharlann.test>", form="html", ttl=600, cs="iso-8859-14")
code("cy-cod", "840226", "Eich cod dilysu", """
Annwyl Carys,

Rhowch y cod hwn i fewngofnodi i'ch cyfrif:

!! 840226

Bydd y cod yn dod i ben ymhen 15 munud.
""", "Banc y Bae <dim-ateb@bancybae.example>", ttl=900, shell="table")
none("cy-apwyntiad", "Eich apwyntiad ar 13 Tachwedd", """
Annwyl Carys, mae gennych apwyntiad am 10:20 ar 13 Tachwedd 2025 yn ystafell 4. Rhif y claf: 441827. I newid yr amser ffoniwch 01970 555 118.
""", "Meddygfa'r Bont <desg@meddygfa.test>", form="html", traps="phone customer-number date")
