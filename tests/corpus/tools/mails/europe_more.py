"""Europe once more, with the traps that the other files set in English: shapes, places and words for a code that differ from the first ones."""

from authoring import code, link, none, token, Part, Multi

# German
code("de-betreff-nur", "684219", "684219 ist Ihr Login-Code für Wolkenwerk", """
Guten Tag,

den sechsstelligen Login-Code finden Sie im Betreff dieser E-Mail. Er verfällt nach 10 Minuten.

Ihr Wolkenwerk-Team, Hotline 0800 5550 118
""", "Wolkenwerk <sicherheit@wolkenwerk.example>", ttl=600, traps="subject-only phone")
code("de-losung", "KRANI7", "Ihre Losung für heute", """
Ihre Einmal-Losung für die Anmeldung am Terminal lautet

!! KRANI7

Sie gilt nur am 04.11.2025 und nur für Ihren Zugang 1184.
""", "Hafenlogistik <zutritt@hafenlogistik.test>", traps="alphanumeric date small-numbers", shell="bare", box="td")
code("de-zellen", "50931", "Kontobestätigung", "<html><body><p>Moin Jonas,</p><p>damit wir wissen, dass du es bist, trag bitte diese Nummer ein:</p><table><tr><td>5</td><td>0</td><td>9</td><td>3</td><td>1</td></tr></table><p>Die Nummer ist bis 18 Uhr gültig.</p><p style=\"font-size:10px\">Fischmarkt App, Große Elbstraße 9, 22767 Hamburg, Amtsgericht Hamburg HRB 118842</p></body></html>", "Fischmarkt <moin@fischmarkt.example>", form="raw", traps="split-cells no-keyword postal-code")
none("de-satzmitte", "Paketstation: Abholung", """
Ihr Paket 00340434161094021501 liegt in Fach 12. Tippen Sie am Display 8042 als Abholcode ein und das Fach springt auf. Bitte bis 11.11. abholen.
""", "Paketbucht <abholung@paketbucht.example>", form="plain", traps="tracking-number short-code small-numbers")
code("de-zwnj", "317604", "Sicherheitscode für Ihre Zahlung", """
~ Bitte bestätigen Sie Ihre Zahlung über 74,90 EUR

Bestätigen Sie die Zahlung von 74,90 EUR an Apfelbaum GmbH mit diesem Sicherheitscode:

!! 317604
""", "Karten-Service <3ds@kartenservice.example>", form="html", box="shy", traps="amount", shell="table")
link("de-geraet-freigeben", "https://id.wolkenwerk.example/geraete/freigabe/" + token("deg", 32, "0123456789abcdef") + "?g=2", "Neues Gerät: bitte freigeben", """
Hallo,

jemand meldet sich mit dem Gerät „Tablet Küche“ (Hamburg, 203.0.113.18) bei Wolkenwerk an.

[btn Gerät freigeben]({L})

Sie waren das nicht? [Zugriff sperren](https://id.wolkenwerk.example/hilfe/zugriff-sperren)
""", "Wolkenwerk <sicherheit@wolkenwerk.example>", traps="device decoy-link ip-address", shell="divs")

# French
code("fr-cellules", "940582", "Votre code est arrivé", """
~ Saisissez-le avant 15 minutes

# Plus qu'une étape

Recopiez ces six chiffres dans l'application :

!! 940582

Ils ne seront plus valables dans un quart d'heure.

^ Marmotte SAS, 4 montée des Alpages, 74000 Annecy, SIRET 811 884 271 00019
""", "Marmotte <coucou@marmotte.example>", box="cells", form="html", traps="no-keyword words-lifetime postal-code customer-number", ttl=900, shell="mso")
code("fr-be-itsme", "7HX4-2", "Activation de votre compte", """
Chère cliente,

Votre clé d'activation : 7HX4-2

Introduisez-la telle quelle (tiret compris) dans les 48 heures. N° client 04418827.

Eau de Meuse, quai des Bateliers 7, 5000 Namur
""", "Eau de Meuse <clients@eaudemeuse.test>", ttl=172800, traps="hyphen-code customer-number postal-code", cs="iso-8859-15")
code("fr-objet", "3391", "Votre code : 3391", """
Utilisez-le pour déverrouiller la trottinette. À bientôt sur la route !
""", "Trott'Vite <salut@trottvite.example>", traps="subject-only short-code")
link("fr-appareil", "https://click.envoi.example/f/a/" + token("frap", 22) + "~~/" + token("frap2", 80), "Autorisez ce nouvel appareil", """
Bonjour,

Une connexion depuis « iPad de Rémi » attend votre accord.

[Autoriser l'appareil]({L})

Lien valable 10 minutes. [Ce n'est pas moi](https://tournesol.example/aide/ce-nest-pas-moi)
""", "Tournesol <bonjour@tournesol.example>", ttl=600, form="html", traps="device tracking-redirect decoy-link opaque-url", shell="frag")

# Spanish, Portuguese, Italian
code("es-contrasena", "518603", "Tu contraseña de un solo uso", """
Buenas tardes, señor Okafor:

Le remitimos la contraseña de un solo uso que ha solicitado para firmar el expediente 2025/004418: 518603. Dispone de treinta minutos para introducirla en la sede electrónica.
""", "Sede Electrónica <sede@ayuntamiento.test>", form="plain", ttl=1800, traps="order-number words-lifetime", cs="iso-8859-15")
code("es-asunto", "640915", "640915: confirma que eres tú", "", "Colibrí <soporte@colibri.example>", body=Part("text/html", "<html><body><img src='https://cdn.colibri.example/h.png' alt='Colibrí'><p>Confirma que eres tú con el número del asunto.</p><p><a href='https://colibri.example/ayuda'>Ayuda</a></p></body></html>"), traps="subject-only html-only decoy-link")
code("es-letras", "PZQHRM", "Código de emparejamiento", """
En tu tele verás un hueco para seis letras. Escribe:

!! PZQHRM

El código de emparejamiento dura 15 minutos.
""", "Cine en Casa <hola@cineencasa.example>", ttl=900, traps="letters-only", shell="dark", box="div")
link("es-restablecer", "https://id.bancolevante.example/clave/nueva?x=" + token("esr", 44), "Restablece tu contraseña", """
Pulsa el botón para elegir una contraseña nueva. Por seguridad, caduca en 1 hora.

[btn Restablecer contraseña]({L})

¿No has sido tú? Llámanos al 963 555 018. [Consejos de seguridad](https://bancolevante.example/seguridad)
""", "Banco Levante <avisos@bancolevante.example>", ttl=3600, traps="password-reset decoy-link phone", shell="old")
code("pt_BR-senha", "493017", "Senha provisória de uso único", """
Prezado Rafael,

Segue sua senha de uso único para assinar o contrato nº 2025-118842:

!! 493017

Válida por 20 minutos. Protocolo 441270.
""", "Cartório Digital <nao-responda@cartoriodigital.test>", ttl=1200, traps="order-number", shell="word")
code("pt_BR-letras", "B7-KQW", "Vincule sua TV", """
Para vincular sua TV, digite B7-KQW em arcadetucano.example/tv. O código vence em 15 minutos.
""", "Arcade Tucano <nao-responda@arcadetucano.example>", form="html", ttl=900, traps="hyphen-code alphanumeric decoy-link")
code("pt_PT-split", "806174", "Confirme o pagamento", """
Confirme o pagamento de 32,50 € em LIVRARIA DO CAIS introduzindo o código:

!! 806174

Nunca o revele a terceiros.
""", "Banco do Tejo <avisos@bancodotejo.example>", box="spans", form="html", traps="amount", shell="table")
code("it-chiave", "274096", "Chiave temporanea", """
Gentile utente,

la Sua chiave temporanea:

    2 7 4 0 9 6

deve essere inserita entro le ore 17:30. Pratica 2025/4418.
""", "Sportello Unico <sportello@comune-portovento.test>", form="plain", traps="spaced-out order-number", cs="latin-1")
code("it-oggetto", "9017", "9017 è il tuo PIN di sblocco", """
Lo trovi nell'oggetto di questa mail. Buon viaggio con Vespetta!
""", "Vespetta <ciao@vespetta.example>", form="plain", traps="subject-only short-code")
link("it-password", "https://conto.bottegaligure.example/nuova-password/" + token("itp", 40), "Reimposta la password", """
Ciao,

hai chiesto di reimpostare la password. [Scegline una nuova]({L}) entro 24 ore.

Se non sei stato tu, ignora il messaggio. [Contatti](https://bottegaligure.example/contatti)
""", "Bottega Ligure <assistenza@bottegaligure.example>", ttl=86400, form="html", traps="password-reset decoy-link", shell="bare")

# Dutch and the north
code("nl-onderwerp", "518330", "Inlogcode: 518330", """
Beste Marek,

je inlogcode staat in het onderwerp van deze mail. Niet aangevraagd? Dan kun je deze mail negeren.
""", "Stoomboot <hoi@stoomboot.example>", form="plain", traps="subject-only")
code("nl-tv-koppel", "WJKT", "Koppel je tv", """
Voer de koppelcode op je tv in:

!! WJKT

Binnen 10 minuten graag!
""", "Polderflix <kijk@polderflix.example>", ttl=600, traps="letters-only", shell="dark", box="cells")
code("sv-split", "360591", "Signera ditt köp", """
~ Belopp 1 249,00 kr

Du signerar ett köp på 1 249,00 kr hos Ull & Lin. Engångslösenord:

!! 360591

Lösenordet gäller i tre minuter.
""", "Björkkassan <svara-ej@bjorkkassan.example>", box="spans", traps="amount words-lifetime", ttl=180, shell="table")
link("sv-losenord", "https://konto.ullochlin.example/nytt-losenord?nyckel=" + token("svl", 36), "Välj ett nytt lösenord", """
Hej!

[btn Välj nytt lösenord]({L})

Länken är giltig i 24 timmar. [Kundservice](https://ullochlin.example/kundservice)
""", "Ull & Lin <kund@ullochlin.example>", ttl=86400, traps="password-reset decoy-link", shell="mso")
code("da-emne", "2286", "Din pinkode er 2286", "Brug den til at låse cyklen op. God tur!\n", "Cykelgården <hej@cykelgaarden.example>", form="plain", traps="subject-only short-code")
code("da-celler", "905164", "Bekræft din e-mail", """
Indtast tallene herunder for at bekræfte din e-mail:

!! 905164

Bemærk, at de kun virker i 30 minutter.
""", "Loppefund <post@loppefund.example>", box="cells", form="html", ttl=1800, traps="no-keyword", shell="divs")
code("nb-tv", "TK7-4PM", "Koble til TV-en", """
Skriv inn TK7-4PM på TV-en for å koble den til kontoen din. Tilkoblingskoden varer i et kvarter.
""", "Fjordfilm <hei@fjordfilm.example>", form="plain", traps="hyphen-code alphanumeric")
code("nb-emne", "771904", "Engangskode 771904", "Oppgi engangskoden fra emnefeltet for å fullføre betalingen på 349,00 kr.\n", "Fjordbanken <ikkesvar@fjordbanken.example>", traps="subject-only amount")
code("fi-otsikko", "5093", "Tunnuslukusi on 5093", "Syötä se sovellukseen. Mukavaa matkaa!\n", "Rekikyyti <moi@rekikyyti.example>", form="plain", traps="subject-only short-code")
link("fi-salasana", "https://oma.tuuli.example/salasana/uusi/" + token("fis", 36), "Salasanan vaihto", """
Hei,

vaihda salasanasi 2 tunnin kuluessa:
{L}

Jos et pyytänyt vaihtoa, älä tee mitään.
""", "Kirjakauppa Tuuli <palvelu@tuuli.example>", ttl=7200, traps="password-reset")
code("is-bokstafir", "HR4K9", "Innskráningarlykill", """
Sæl Guðrún,

innskráningarlykillinn þinn er

!! HR4K9

Hann rennur út eftir 15 mínútur.
""", "Ullarbúðin <pantanir@ullarbudin.example>", ttl=900, traps="alphanumeric", shell="dark")
code("et-teema", "663018", "663018 on teie sisselogimiskood", "Kood on kirja teemareal ja aegub 5 minuti pärast.\n", "Raamatukoi <abi@raamat.example>", form="plain", ttl=300, traps="subject-only")
none("lv-teksta", "Pakomāta durvju kods", """
Jūsu sūtījums CE448127719LV ir pakomātā. Durvju kods: 8471. Izņemiet to 7 dienu laikā.
""", "Pakomāts <zinas@pakomats.example>", form="plain", traps="short-code tracking-number pick-up-code", cs="windows-1257")
link("lt-nuoroda", "https://paskyra.knygunamai.example/patvirtinti?raktas=" + token("ltn", 32), "Patvirtinkite el. pašto adresą", """
Sveiki!

Kad užbaigtumėte registraciją, spustelėkite mygtuką:

[btn Patvirtinti el. paštą]({L})

Nuoroda galioja 24 val.
""", "Knygų namai <naujienos@knygunamai.example>", ttl=86400, shell="react")

# Central and eastern Europe
code("pl-temat", "730518", "Twój kod logowania: 730518", "Wpisz go na stronie. Kod straci ważność po 10 minutach.\n", "Sklep Jaskółka <sklep@jaskolka.example>", ttl=600, traps="subject-only")
code("pl-cyfry", "408815", "Potwierdzenie adresu e-mail", """
Witamy w Paczkodomie!

Przepisz poniższe cyfry, aby potwierdzić adres e-mail:

!! 408815

Infolinia: 58 555 01 18, pn.–pt. 8–18
""", "Paczkodom <powiadomienia@paczkodom.example>", box="cells", form="html", traps="no-keyword phone", shell="table")
link("pl-haslo", "https://konto.bankwislany.example/haslo/reset?token=" + token("plh", 40), "Zmiana hasła", """
Szanowna Klientko,

aby ustawić nowe hasło, kliknij przycisk. Odnośnik jest aktywny przez 30 minut.

[btn Ustaw nowe hasło]({L})

[Strona główna](https://bankwislany.example) · [Placówki](https://bankwislany.example/placowki)
""", "Bank Wiślany <nie-odpowiadaj@bankwislany.example>", ttl=1800, traps="password-reset decoy-link", shell="mso")
code("cs-sms-klic", "SK4-7BD", "Spárujte televizi", "Pro spárování televize zadejte párovací kód SK4-7BD. Kód vyprší za 15 minut.\n", "Vltava Kino <ahoj@vltavakino.example>", ttl=900, traps="hyphen-code alphanumeric")
code("cs-predmet", "196043", "Jednorázové heslo 196043", "Jednorázové heslo z předmětu zprávy zadejte na stránce obchodníka. Částka: 349 Kč.\n", "Vltavská záložna <info@vltavska.example>", traps="subject-only amount", cs="iso-8859-2")
code("sk-heslo", "840271", "Jednorazové heslo", """
Vážený klient,

jednorazové heslo na potvrdenie platby 48,90 € je

!! 840271

Heslo je platné 3 minúty.
""", "Tatranská sporiteľňa <noreply@tatranska.example>", ttl=180, traps="amount", shell="old", cs="windows-1250")
code("hu-targy", "935206", "935206 a belépési kódod", "Írd be az alkalmazásba. Ha nem te kérted, hagyd figyelmen kívül ezt a levelet.\n", "Bringa Budapest <szia@bringabp.example>", traps="subject-only")
link("hu-jelszo", "https://fiok.tiszatakarek.example/uj-jelszo?k=" + token("huj", 40), "Új jelszó beállítása", """
Tisztelt Ügyfelünk!

Új jelszavát az alábbi hivatkozáson állíthatja be 2 órán belül:

{L}
""", "Tisza Takarék <ertesites@tiszatakarek.example>", ttl=7200, traps="password-reset", cs="iso-8859-2")
code("ro-subiect", "3184", "3184 este codul tău", "Introdu-l în aplicație ca să deblochezi trotineta. Expiră în 3 minute.\n", "Trotineta Mea <salut@trotinetamea.example>", ttl=180, traps="subject-only short-code")
code("ro-celule", "571940", "Confirmă plata", """
Pentru a confirma plata de 149,90 lei, introdu parola de unică folosință:

!! 571940

Suma va fi debitată de pe cardul ****4417.
""", "Banca Dunărea <alerte@bancadunarea.example>", box="cells", traps="amount card-digits", shell="table")
link("ro-parola", "https://cont.librariamare.example/parola-noua/" + token("rop", 36), "Resetarea parolei", """
Bună,

[btn Setează o parolă nouă]({L})

Linkul e valabil o oră. Nu ai cerut tu? [Scrie-ne](https://librariamare.example/contact)
""", "Librăria Mare <salut@librariamare.example>", ttl=3600, traps="password-reset decoy-link words-lifetime", shell="divs")
code("el-thema", "418093", "418093: ο κωδικός σύνδεσής σας", "Πληκτρολογήστε τον στην εφαρμογή μέσα σε 10 λεπτά.\n", "Ελιά & Λάδι <info@elia.example>", form="plain", ttl=600, traps="subject-only")
code("el-kelia", "506284", "Επιβεβαίωση λογαριασμού", """
Για να ενεργοποιήσετε τον λογαριασμό σας γράψτε τα παρακάτω ψηφία:

!! 506284
""", "Μέλισσα Ταξί <code@melissataxi.example>", box="cells", form="html", traps="no-keyword", shell="dark")
code("bg-tema", "6027", "Вашият ПИН е 6027", "Въведете го в приложението до 5 минути.\n", "Такси Пчеличка <pin@pchelichka.example>", form="plain", ttl=300, traps="subject-only short-code", cs="windows-1251")
code("bg-kletki", "728415", "Потвърждение на плащане", """
За да потвърдите плащането от 42,80 лв., въведете паролата за еднократна употреба:

!! 728415
""", "Банка Родопи <noreply@rodopi.example>", box="spans", form="html", traps="amount", shell="table")
code("hr-predmet", "317950", "317950 je vaš kod za prijavu", "Vrijedi 10 minuta. Nemojte ga dijeliti.\n", "Otočne linije <karte@otocnelinije.example>", ttl=600, traps="subject-only")
link("hr-potvrda", "https://racun.otocnelinije.example/potvrda?token=" + token("hrp", 34), "Potvrdite e-mail adresu", """
Bok!

Potvrdite svoju e-mail adresu klikom na gumb:

[btn Potvrdi adresu]({L})

[Uvjeti korištenja](https://otocnelinije.example/uvjeti)
""", "Otočne linije <karte@otocnelinije.example>", traps="decoy-link", shell="react")
code("sl-geslo", "ZR8-24", "Enkratno geslo", "Pozdravljeni, vaše enkratno geslo je ZR8-24. Vpišite ga z vezajem vred v 15 minutah.\n", "Planinar <info@planinar.example>", ttl=900, traps="hyphen-code alphanumeric", cs="windows-1250")
code("sr_Latn-naslov", "8053", "Tvoj kod je 8053", "Unesi ga u aplikaciju da bi započeo vožnju.\n", "Ćao Taksi <podrska@caotaksi.example>", form="plain", traps="subject-only short-code")
code("sr_Cyrl-placanje", "614720", "Једнократна лозинка", """
За потврду плаћања од 3.482,00 РСД унесите једнократну лозинку:

!! 614720

Важи 5 минута.
""", "Банка Шумадија <info@sumadija.example>", ttl=300, traps="amount", shell="old")
code("ru-tema", "805316", "805316 — код для входа в Самовар", "Введите его на сайте. Код действует 10 минут.\n", "Самовар <zakaz@samovar-shop.example>", ttl=600, traps="subject-only")
code("ru-yacheyki", "479203", "Подтвердите почту", """
# Остался один шаг

Введите эти цифры в приложении, и почта будет подтверждена:

!! 479203
""", "Каравай <info@karavay.example>", box="cells", form="html", traps="no-keyword", shell="mso")
code("ru-bukvy", "HX4-KM", "Привязка телевизора", "Чтобы привязать телевизор, введите на нём код привязки HX4-KM (с дефисом). Срок действия — 15 минут.\n", "Кинозал <tv@kinozal.example>", form="plain", ttl=900, traps="hyphen-code alphanumeric", cs="windows-1251")
link("ru-parol", "https://lk.severveter.example/parol/novyy?k=" + token("rup", 40), "Восстановление пароля", """
Чтобы задать новый пароль, перейдите по ссылке в течение 2 часов:

{L}

Если вы не запрашивали восстановление, ничего делать не нужно.
""", "Банк Северный Ветер <no-reply@severveter.example>", ttl=7200, traps="password-reset", cs="koi8-r")
code("uk-tema", "240917", "Код входу 240917", "Введіть його в застосунку протягом 5 хвилин.\n", "Бджола <dopomoga@bdzhola.example>", form="plain", ttl=300, traps="subject-only")
link("uk-parol", "https://kabinet.kalyna.example/novyy-parol/" + token("ukp", 36), "Відновлення пароля", """
Вітаємо!

[btn Створити новий пароль]({L})

Посилання дійсне 1 годину. [Контакти](https://kalyna.example/kontakty)
""", "Банк Калина <info@kalyna.example>", ttl=3600, traps="password-reset decoy-link", shell="table")
code("tr-konu", "7382", "7382 doğrulama kodun", "Sürüşe başlamak için uygulamaya gir. 2 dakika geçerli.\n", "Martı Bisiklet <selam@martibisiklet.example>", ttl=120, traps="subject-only short-code")
code("tr-hucre", "615083", "E-posta adresini onayla", """
Aşağıdaki rakamları uygulamaya yazarak e-posta adresini onayla:

!! 615083
""", "Pazar Yeri <merhaba@pazaryeri.example>", box="cells", form="html", traps="no-keyword", shell="table")
link("tr-giris", "https://hesap.kargokedi.example/giris/tek-kullanim/" + token("trg", 32), "Giriş bağlantınız", """
Merhaba Emre Bey,

Aşağıdaki bağlantıya tıklayarak giriş yapabilirsiniz. Bağlantı 15 dakika sonra geçersiz olur.

{L}
""", "Kargo Kedi <destek@kargokedi.example>", form="plain", ttl=900, cs="iso-8859-9")
code("sq-tema", "4490", "PIN-i juaj: 4490", "Përdoreni për të hapur biçikletën.\n", "Biçikleta Ime <info@bicikletaime.example>", form="plain", traps="subject-only short-code")
code("ka-tema", "920516", "ავტორიზაციის კოდი: 920516", "შეიყვანეთ კოდი აპლიკაციაში 10 წუთის განმავლობაში.\n", "ვარდი <info@vardi.example>", ttl=600, traps="subject-only")
code("hy-vandak", "705318", "Էլ. փոստի հաստատում", """
Մուտքագրեք այս թվերը հավելվածում՝

!! 705318
""", "Նուռի <info@nuri.example>", box="cells", form="html", traps="no-keyword", shell="divs")
code("az-movzu", "5821", "Giriş kodunuz: 5821", "Kodu tətbiqə daxil edin. Heç kimlə bölüşməyin.\n", "Nar Mağaza <salam@nar.example>", form="html", traps="subject-only short-code")
code("kk-torsha", "318604", "Төлемді растау", """
4 820 ₸ төлемді растау үшін бір реттік құпиясөзді енгізіңіз:

!! 318604
""", "Дала Банк <info@dalabank.example>", box="spans", form="html", traps="amount", shell="table")
code("mk-tema", "850273", "850273 е вашиот код за потврда", "Внесете го во апликацијата. Важи 5 минути.\n", "Кафана Стара <info@kafana.example>", form="html", ttl=300, traps="subject-only")
