"""Hungarian, Romanian, Greek, Albanian, Maltese, Turkish, Azerbaijani, Georgian, Armenian, Kazakh, Uzbek, Mongolian."""

from authoring import code, link, none, token

# Hungarian
code("hu-bank", "518264", "Egyszer használatos jelszó", """
Tisztelt Szabó Anna!

A 24 900 Ft összegű átutalás jóváhagyásához adja meg az alábbi egyszer használatos jelszót:

!! 518264

A jelszó 5 percig érvényes. Munkatársaink soha nem kérik el Öntől.

^ Tisza Takarék Zrt., 6720 Szeged, Kárász u. 4. Telefon: 62/555-018
""", "Tisza Takarék <ertesites@tiszatakarek.example>", ttl=300, traps="amount postal-code phone", shell="old", cs="iso-8859-2")
code("hu-kod-ragozva", "7719", "Belépési kód", """
Szia Anna!

A 7719-es kóddal tudsz belépni. Tíz percig használható.
""", "Bringa Budapest <szia@bringabp.example>", ttl=600, traps="short-code words-lifetime inflection")
link("hu-megerosites", "https://fiok.dunapart.example/megerosites?azonosito=4418&kulcs=" + token("hua", 32), "Erősítsd meg az e-mail-címed", """
Kedves Anna!

Köszönjük a regisztrációt. Kattints a gombra az e-mail-címed megerősítéséhez:

[btn Megerősítem]({L})

A hivatkozás 24 óráig él.

^ [Adatkezelés](https://dunapart.example/adatkezeles) · [Leiratkozás](https://fiok.dunapart.example/leiratkozas?id=4418)
""", "Dunapart Könyvek <rendeles@dunapart.example>", ttl=86400, traps="decoy-link", shell="table")
none("hu-rendeles", "Rendelésedet megkaptuk (118842)", """
Rendelésszám: 118842
Végösszeg: 7 480 Ft
Irányítószám: 6720
Kuponkód a következő vásárlásodhoz: OSZ10
""", "Dunapart Könyvek <rendeles@dunapart.example>", form="plain", traps="order-number amount postal-code promo-code", cs="windows-1250")
none("hu-sms", "SMS-ben elküldtük a kódot", """
A jelszó módosításához szükséges kódot a +36 20 *** **18 számra küldtük el SMS-ben. Ha 5 percen belül nem érkezik meg, kérj újat.
""", "Tisza Takarék <ertesites@tiszatakarek.example>", form="plain", traps="sent-elsewhere phone")

# Romanian
code("ro-banca", "904175", "Codul tău de verificare", """
Bună, Ioana,

Codul tău de verificare este **904175**. Introdu-l în aplicație în următoarele 10 minute.

Nu îl divulga nimănui, nici măcar angajaților băncii.

^ Banca Dunărea S.A., Str. Portului 18, 800025 Galați, J17/1188/1994
""", "Banca Dunărea <alerte@bancadunarea.example>", ttl=600, traps="postal-code inline-code", shell="mso")
code("ro-primarie", "WQ4-7KD", "Activare cont ghișeu electronic", """
Stimate domn,

Pentru activarea contului introduceți codul: WQ4-7KD

Cererea nr. 44127/04.11.2025 a fost înregistrată.

Primăria Municipiului
""", "Ghișeul electronic <registratura@primarie.test>", traps="hyphen-code order-number date")
link("ro-conectare", "https://cont.librariamare.example/conectare/" + token("roa", 40) + "?sursa=email", "Linkul tău de conectare", """
Salut!

Apasă aici ca să te conectezi: {L}

Linkul expiră în 30 de minute și poate fi folosit o singură dată.
""", "Librăria Mare <salut@librariamare.example>", form="plain", ttl=1800)
none("ro-cod-reducere", "Codul tău de reducere: TOAMNA20", """
Folosește codul **TOAMNA20** la finalizarea comenzii și ai -20% la tot. Valabil până duminică.
""", "Librăria Mare <oferte@librariamare.example>", traps="promo-code")
none("ro-factura", "Factura fiscală FCT 118842", """
Factura seria FCT nr. 118842 din 01.11.2025, valoare 142,80 lei, scadentă la 20.11.2025. Cod client 4412708. Cod fiscal RO 1188427.
""", "Gaz Nord <facturi@gaznord.example>", traps="invoice amount customer-number date", cs="iso-8859-16")

# Greek
code("el-trapeza", "730846", "Κωδικός μιας χρήσης", """
Αγαπητή κυρία Παπαδάκη,

Για να ολοκληρώσετε τη συναλλαγή των 89,50 € εισαγάγετε τον κωδικό μιας χρήσης:

!! 730846

Ο κωδικός ισχύει για 5 λεπτά. Μην τον κοινοποιήσετε σε κανέναν.

^ Τράπεζα Αιγαίου Α.Ε., Λεωφ. Νίκης 18, 546 22 Θεσσαλονίκη, τηλ. 2310 555 018
""", "Τράπεζα Αιγαίου <noreply@trapezaaigaiou.example>", ttl=300, traps="amount postal-code phone", shell="table", cs="iso-8859-7")
code("el-taxi", "3308", "3308", """
Ο κωδικός επαλήθευσής σας είναι 3308.
""", "Μέλισσα Ταξί <code@melissataxi.example>", form="plain", traps="short-code", cs="windows-1253")
link("el-epivevaiosi", "https://logariasmos.elia.example/epivevaiosi/" + token("ela", 40), "Επιβεβαιώστε το email σας", """
Καλώς ήρθατε!

[btn Επιβεβαίωση email]({L})

Ο σύνδεσμος λήγει σε 24 ώρες. [Όροι χρήσης](https://elia.example/oroi)
""", "Ελιά & Λάδι <info@elia.example>", ttl=86400, traps="decoy-link", shell="dark")
none("el-paraggelia", "Η παραγγελία 4412708 στάλθηκε", """
Αριθμός αποστολής: GR448127719GR
Σύνολο: 34,20 €
Τ.Κ. 546 22
Κωδικός προϊόντος: 118842
""", "Ελιά & Λάδι <info@elia.example>", form="plain", traps="order-number tracking-number amount postal-code product-code", cs="iso-8859-7")
none("el-asfaleia", "Προσοχή στις απάτες", """
Ποτέ δεν θα σας ζητήσουμε τον κωδικό μιας χρήσης ή το PIN σας μέσω τηλεφώνου ή email. Αν λάβετε τέτοιο αίτημα, καλέστε το 2310 555 018.
""", "Τράπεζα Αιγαίου <enimerosi@trapezaaigaiou.example>", form="plain", traps="mention-of-codes phone")

# Albanian, Maltese
code("sq-kodi", "615082", "Kodi juaj i verifikimit", """
Përshëndetje Arben,

Kodi juaj i verifikimit është 615082. Vlen për 10 minuta.

Nëse nuk e keni kërkuar, injorojeni këtë mesazh.
""", "Banka Iliria <info@bankailiria.example>", ttl=600)
link("sq-lidhja", "https://llogaria.shqiponja.example/hyrje/" + token("sqa", 32), "Lidhja për hyrje", """
Kliko më poshtë për të hyrë në llogari:

[btn Hyr tani]({L})

Lidhja skadon pas 15 minutash.
""", "Shqiponja Tours <kontakt@shqiponja.example>", ttl=900, shell="divs")
none("sq-porosia", "Porosia nr. 44127 u konfirmua", """
Faleminderit! Porosia nr. 44127, shuma 3.450 lekë, do të dorëzohet më 8 nëntor. Kodi postar 1001.
""", "Shqiponja Dyqan <porosi@shqiponja.example>", form="plain", traps="order-number amount postal-code")
code("mt-kodici", "48207", "Il-kodiċi tiegħek", """
Għażiż klijent,

Daħħal dan il-kodiċi biex tkompli: 48207

Il-kodiċi jiskadi wara 5 minuti.
""", "Bank tal-Port <info@banktalport.example>", form="plain", ttl=300, cs="iso-8859-3")

# Turkish, Azerbaijani
code("tr-banka", "847193", "İşlem onay şifreniz", """
Sayın Emre Kaya,

4417 ile biten kartınızla MAVİ KİTAP'tan yapılan **349,90 TL** tutarındaki alışveriş için onay şifreniz:

!! 847193

Şifrenizi 3 dakika içinde giriniz ve kimseyle paylaşmayınız. Müşteri hizmetleri: 0850 555 01 18

^ Yakamoz Bank A.Ş. Barbaros Bulvarı No: 18 Beşiktaş 34353 İstanbul · Mersis 0118842719000018
""", "Yakamoz Bank <bilgi@yakamoz.example>", ttl=180, traps="amount card-digits phone postal-code", shell="table", cs="iso-8859-9")
code("tr-kayit", "K9-TR41", "Üyeliğini tamamla", """
Merhaba,

Üyeliğini tamamlamak için doğrulama kodunu gir: K9-TR41

Kod 1 saat geçerli.
""", "Pazar Yeri <merhaba@pazaryeri.example>", form="html", ttl=3600, traps="hyphen-code alphanumeric")
code("tr-ekli", "550417", "Doğrulama", """
Hesabınıza giriş yapabilmek için 550417'yi ilgili alana yazın. Kodunuz 90 saniye geçerlidir.
""", "Kargo Kedi <destek@kargokedi.example>", ttl=90, traps="inflection", cs="windows-1254")
link("tr-sifre", "https://hesap.pazaryeri.example/sifre-sifirla?anahtar=" + token("tra", 36), "Şifreni sıfırla", """
Yeni bir şifre belirlemek için aşağıdaki düğmeye tıkla. Bağlantı 2 saat geçerlidir.

[btn Şifremi sıfırla]({L})

[Yardım](https://pazaryeri.example/yardim) | [E-posta tercihleri](https://hesap.pazaryeri.example/tercihler)
""", "Pazar Yeri <merhaba@pazaryeri.example>", ttl=7200, traps="password-reset decoy-link", shell="mso")
none("tr-indirim", "İndirim kodun hazır", """
Sepette **GUZ25** kodunu kullan, 250 TL üzeri alışverişte 25 TL indirim kazan! Son gün 30.11.2025.
""", "Pazar Yeri <firsat@pazaryeri.example>", traps="promo-code amount date")
none("tr-kargo", "Kargonuz dağıtıma çıktı", """
Takip numaranız: 7711884427190. Sipariş no: 4412708. Teslimat adresi posta kodu: 34353. Kurye telefonu: 0532 555 01 18.
""", "Kargo Kedi <destek@kargokedi.example>", form="plain", traps="tracking-number order-number postal-code phone", cs="iso-8859-9")
code("az-kod", "209734", "Təsdiq kodu", """
Hörmətli müştəri,

Daxil olmaq üçün birdəfəlik təsdiq kodunuz: **209734**

Kod 5 dəqiqə ərzində etibarlıdır.
""", "Xəzər Bank <info@xezerbank.example>", ttl=300, traps="inline-code", shell="bare")
link("az-tesdiq", "https://hesab.nar.example/tesdiq?acar=" + token("aza", 30), "E-poçtunuzu təsdiqləyin", """
Salam!

Qeydiyyatı tamamlamaq üçün linkə keçin: {L}
""", "Nar Mağaza <salam@nar.example>", form="html")

# Georgian, Armenian
code("ka-kodi", "318650", "ერთჯერადი კოდი", """
გამარჯობა,

თქვენი ერთჯერადი კოდია: 318650

კოდი მოქმედებს 5 წუთის განმავლობაში. არავის გაუზიაროთ.

ბანკი კოლხეთი
""", "ბანკი კოლხეთი <info@kolkheti.example>", ttl=300)
link("ka-shesvla", "https://kabineti.vardi.example/shesvla/" + token("kaa", 34), "შესვლის ბმული", """
ანგარიშზე შესასვლელად დააჭირეთ ღილაკს:

[btn შესვლა]({L})

ბმული ერთჯერადია.
""", "ვარდი <info@vardi.example>", shell="divs")
none("ka-shekveta", "შეკვეთა №44127 მიღებულია", """
გმადლობთ! შეკვეთის ნომერი: 44127. ჯამი: 58,40 ₾. საფოსტო ინდექსი: 0105.
""", "ვარდი <info@vardi.example>", form="plain", traps="order-number amount postal-code")
code("hy-kod", "461297", "Հաստատման կոդ", """
Հարգելի հաճախորդ,

Ձեր հաստատման կոդն է՝ 461297

Կոդը վավեր է 10 րոպե։ Ոչ ոքի մի՛ փոխանցեք այն։
""", "Արարատ Վարկ <info@araratvark.example>", ttl=600, form="html", shell="frag")
link("hy-mutq", "https://hashiv.nuri.example/mutq?t=" + token("hya", 30), "Մուտքի հղում", """
Մուտք գործելու համար սեղմեք հղումը՝

{L}

Հղումը գործում է 1 ժամ։
""", "Նուռի <info@nuri.example>", ttl=3600)
none("hy-patver", "Պատվեր 44127", """
Շնորհակալություն պատվերի համար։ Պատվերի համարը՝ 44127, գումարը՝ 12 400 դրամ։ Առաքումը՝ նոյեմբերի 8-ին։
""", "Նուռի <info@nuri.example>", form="html", traps="order-number amount")

# Kazakh, Kyrgyz, Uzbek, Tajik, Mongolian
code("kk-kod", "574018", "Растау коды", """
Сәлеметсіз бе!

Кіру үшін растау кодын енгізіңіз:

!! 574018

Код 3 минут жарамды. Оны ешкімге айтпаңыз.
""", "Дала Банк <info@dalabank.example>", ttl=180, shell="table")
link("kk-silteme", "https://kabinet.alma.example/kiru/" + token("kka", 32), "Кіру сілтемесі", """
Жеке кабинетке кіру үшін сілтемені басыңыз: {L}

Сілтеме 1 сағат жарамды.
""", "Алма Дүкен <info@alma.example>", ttl=3600)
code("ky-kod", "8830", "Ырастоо коду", """
Саламатсызбы! Ырастоо кодуңуз: 8830. Код 5 мүнөт жарактуу.
""", "Ала-Тоо Такси <info@alatoo.example>", ttl=300, traps="short-code")
code("uz-kod", "692305", "Tasdiqlash kodi", """
Assalomu alaykum!

Tasdiqlash kodingiz: 692305. Kod 2 daqiqa amal qiladi.

Uni hech kimga bermang, hatto bank xodimiga ham.
""", "Ipak Bank <xabar@ipakbank.example>", ttl=120)
none("uz-buyurtma", "Buyurtmangiz yoʻlda", """
Buyurtma raqami: 441270. Summa: 128 000 soʻm. Kuryer telefoni: +998 90 555 01 18.
""", "Bozor <xabar@bozor.example>", traps="order-number amount phone")
code("tg-ramz", "40719", "Рамзи тасдиқ", """
Салом!

Рамзи тасдиқи шумо: 40719. Муҳлати он 5 дақиқа.
""", "Бонки Помир <info@pomir.example>", ttl=300)
code("mn-kod", "185462", "Баталгаажуулах код", """
Сайн байна уу,

Таны нэг удаагийн баталгаажуулах код: **185462**

Код 5 минутын турш хүчинтэй.
""", "Тал Банк <info@talbank.example>", ttl=300, traps="inline-code", shell="dark")
none("mn-zahialga", "Таны захиалга №44127", """
Захиалга баталгаажлаа. Нийт дүн 84,500₮. Хүргэлт 11-р сарын 8-нд.
""", "Говь Дэлгүүр <info@govi.example>", form="plain", traps="order-number amount date")
