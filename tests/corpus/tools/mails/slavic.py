"""Polish, Czech, Slovak, Slovene, Croatian, Serbian, Bosnian, Macedonian, Bulgarian, Russian, Ukrainian, Belarusian."""

from authoring import code, link, none, token

# Polish
code("pl-bank", "662904", "Kod do autoryzacji przelewu", """
Szanowna Pani,

aby zatwierdzić przelew na kwotę 1 250,00 PLN na rachunek PL61 1090 1014 0000 0712 1981 2874, proszę podać kod autoryzacyjny:

!! 662904

Kod jest ważny przez 3 minuty. Operacja nr 7 z dnia 04.11.2025.

^ Bank Wiślany S.A., ul. Nadbrzeżna 12, 80-180 Gdańsk, infolinia 58 555 01 18
""", "Bank Wiślany <nie-odpowiadaj@bankwislany.example>", ttl=180, traps="amount iban postal-code phone date", shell="old", cs="iso-8859-2")
none("pl-przesylka", "Paczka czeka w paczkomacie", """
Cześć!

Twoja paczka czeka w skrytce przy ul. Lipowej 8. Kod odbioru: 381740

Numer przesyłki: 662001184271900123456789
Masz 48 godzin na odbiór.
""", "Paczkodom <powiadomienia@paczkodom.example>", form="plain", traps="tracking-number pick-up-code")
code("pl-gra", "UBR7K", "Potwierdź logowanie na nowym urządzeniu", """
Witaj, Rycerzu!

Aby zalogować się na tym komputerze, przepisz poniższy kod weryfikacyjny:

!! UBR7K

Miłej gry!
""", "Gra Żubrowisko <pomoc@zubrowisko.example>", traps="alphanumeric", shell="dark")
link("pl-link-logowania", "https://konto.jaskolka.example/logowanie/link?t=" + token("pla", 40) + "&ts=1762243200", "Link do logowania", """
Dzień dobry,

kliknij, aby się zalogować:

[btn Zaloguj się]({L})

Link wygaśnie za 15 minut.

^ [Regulamin](https://jaskolka.example/regulamin) | [Wypisz się](https://konto.jaskolka.example/wypisz?id=4418)
""", "Sklep Jaskółka <sklep@jaskolka.example>", ttl=900, traps="decoy-link", shell="table")
link("pl-potwierdz", "https://forum.grzybiarze.test/ucp.php?mode=activate&u=4418&k=" + token("plb", 10), "Aktywacja konta na forum", """
Witaj borowik77,

Twoje konto jest nieaktywne. Aby je aktywować, przejdź pod adres:

{L}

Twoje hasło zostało bezpiecznie zapisane i nie można go odzyskać.
""", "Forum Grzybiarzy <admin@grzybiarze.test>", form="html", cs="iso-8859-2")
none("pl-kod-rabatowy", "Kod rabatowy -20% tylko dziś", """
Wpisz w koszyku kod **JESIEN20** i odbierz rabat. Minimalna wartość zamówienia: 99 zł.
""", "Sklep Jaskółka <sklep@jaskolka.example>", traps="promo-code amount")
none("pl-zamowienie", "Zamówienie 2025/11/00441 przyjęte", """
Dziękujemy! Zamówienie nr 2025/11/00441 na kwotę 182,40 zł przyjęto do realizacji. Kod pocztowy dostawy: 80-180. Prognozowana wysyłka: 6 listopada.
""", "Sklep Jaskółka <sklep@jaskolka.example>", form="plain", traps="order-number amount postal-code", cs="windows-1250")
none("pl-sms", "Wysłaliśmy kod SMS-em", """
Kod do zmiany hasła wysłaliśmy SMS-em na numer *** *** 418. Jeśli nie dotrze w ciągu 2 minut, poproś o nowy.
""", "Bank Wiślany <nie-odpowiadaj@bankwislany.example>", form="html", traps="sent-elsewhere phone")

# Czech, Slovak
code("cs-banka", "497301", "Ověřovací kód", """
Dobrý den,

váš jednorázový ověřovací kód pro přihlášení do internetového bankovnictví je

!! 497 301

Kód platí 5 minut a nikomu ho nesdělujte.

^ Vltavská záložna, Nábřežní 18, 150 00 Praha 5, IČO 44118827
""", "Vltavská záložna <info@vltavska.example>", ttl=300, traps="display-separator postal-code", shell="divs")
code("cs-obec", "B4KX71", "Přístup do portálu občana", """
Vážený pane Králi,

pro dokončení registrace opište kód B4KX71 do formuláře. Spisová značka MU/2025/11884.

Městský úřad
""", "Portál občana <podatelna@mesto.test>", form="plain", traps="alphanumeric order-number", cs="iso-8859-2")
link("cs-prihlaseni", "https://muj.knihomol.example/prihlaseni/odkaz/" + token("csa", 38), "Přihlašovací odkaz", """
Ahoj Marku,

pro přihlášení klikni na odkaz: {L}

Odkaz je jednorázový a vyprší za hodinu.
""", "Knihomol <ahoj@knihomol.example>", ttl=3600)
none("cs-objednavka", "Objednávka č. 25118842 byla odeslána", """
Vaše objednávka č. 25118842 byla dnes předána dopravci. Číslo zásilky DR4412708827T. Celkem k úhradě 1 249 Kč. PSČ 150 00.
""", "Knihomol <ahoj@knihomol.example>", form="plain", traps="order-number tracking-number amount postal-code", cs="windows-1250")
none("cs-slevovy-kod", "Slevový kód uvnitř 🎁", """
Zadej v košíku **PODZIM15** a ušetři 15 %. Platí do 30. 11. 2025.

[btn Nakupovat](https://www.svetkeramiky.example/akce)
""", "Svět keramiky <novinky@svetkeramiky.example>", traps="promo-code date")
code("sk-kod", "705528", "Overovací kód pre prihlásenie", """
Dobrý deň,

na prihlásenie použite overovací kód 705528. Platnosť kódu je 10 minút.

Tatranská sporiteľňa
""", "Tatranská sporiteľňa <noreply@tatranska.example>", ttl=600)
link("sk-potvrdenie", "https://www.dielnicka.example/potvrdit?kluc=" + token("ska", 30), "Potvrďte svoju e-mailovú adresu", """
Ahoj!

Už len jeden krok:

[btn Potvrdiť e-mail]({L})

Odkaz platí 24 hodín.
""", "Dielnička <info@dielnicka.example>", ttl=86400, shell="react")
none("sk-faktura", "Faktúra 2025004418", """
Variabilný symbol 2025004418, suma 48,90 €, splatnosť 18.11.2025, IBAN SK31 1200 0000 1987 4263 7541.
""", "Energia Sever <fakturacia@energiasever.example>", form="plain", traps="invoice iban amount date")

# Slovene, Croatian, Serbian, Bosnian, Macedonian
code("sl-koda", "336819", "Koda za prijavo", """
Pozdravljeni,

vaša enkratna koda za prijavo je: **336819**

Koda velja 5 minut. Nikomur je ne razkrijte.
""", "Banka ob Savi <varnost@bankaobsavi.example>", ttl=300, traps="inline-code", shell="table")
link("sl-potrditev", "https://racun.planinar.example/potrdi/" + token("sla", 34), "Potrdite svoj račun", """
Za potrditev računa kliknite na povezavo:
{L}

Če računa niste ustvarili vi, sporočilo prezrite.
""", "Planinar <info@planinar.example>", cs="iso-8859-2")
code("hr-kod", "128874", "Jednokratni kod", """
Poštovani,

za potvrdu kupnje u iznosu 56,20 EUR upišite jednokratni kod:

!! 128874

Kod vrijedi 3 minute. Kartica završava na 4418.
""", "Jadranska banka <ne-odgovaraj@jadranskabanka.example>", ttl=180, traps="amount card-digits", shell="mso")
none("hr-rezervacija", "Potvrda rezervacije KX7Q2M", """
Hvala na rezervaciji! Broj rezervacije: KX7Q2M. Trajekt Split – Supetar, 15.11.2025. u 09:30. Cijena 12,80 EUR.
""", "Otočne linije <karte@otocnelinije.example>", traps="booking-reference amount date", cs="windows-1250")
code("sr_Cyrl-kod", "95270", "Ваш код за потврду", """
Поштовани,

Ваш код за потврду је 95270. Унесите га у року од 10 минута.

Банка Шумадија, Кнеза Милоша 18, 11000 Београд
""", "Банка Шумадија <info@sumadija.example>", ttl=600, traps="postal-code", cs="windows-1251")
code("sr_Latn-prijava", "604883", "Prijava na nalog", """
Zdravo Jelena,

tvoj kod za prijavu na nalog je:

!! 604883

Ne deli ga ni sa kim!
""", "Ćao Taksi <podrska@caotaksi.example>", shell="dark", box="spans")
link("sr_Latn-lozinka", "https://nalog.knjizara.example/nova-lozinka/" + token("sra", 32), "Zaboravljena lozinka", """
Da biste postavili novu lozinku, otvorite ovaj link u naredna 2 sata: {L}
""", "Knjižara Lasta <pomoc@knjizara.example>", ttl=7200, traps="password-reset")
none("sr_Cyrl-racun", "Рачун за октобар 2025.", """
Износ: 3.482,00 РСД. Позив на број 97 44-118842719. Рок плаћања 20.11.2025. Корисник 4412708.
""", "Топлана <racuni@toplana.test>", traps="invoice amount customer-number date", cs="iso-8859-5")
code("bs-kod", "417093", "Verifikacijski kod", """
Poštovani, Vaš verifikacijski kod za prijavu je 417093 i važi 5 minuta.
""", "Most Telekom <info@mosttelekom.example>", ttl=300)
code("mk-kod", "7318", "Код за најава", """
Здраво,

твојот код за најава е:

!! 7318

Кодот важи 10 минути. Не го споделувај со никого.
""", "Вардар Такси <zdravo@vardartaksi.example>", ttl=600, traps="short-code", shell="divs")
link("mk-potvrda", "https://smetka.kafana.example/potvrdi?t=" + token("mka", 30), "Потврдете ја вашата е-пошта", """
Добредојдовте!

[btn Потврди е-пошта]({L})
""", "Кафана Стара <info@kafana.example>", shell="bare")

# Bulgarian
code("bg-bank", "840617", "Еднократен код за вход", """
Уважаеми клиенти,

Вашият еднократен код за вход е **840617**. Валиден е 5 минути.

Банката никога няма да поиска този код по телефона. Център за клиенти: 0700 55 018.

Банка Родопи, ул. „Извор“ 4, 4000 Пловдив
""", "Банка Родопи <noreply@rodopi.example>", ttl=300, traps="phone postal-code inline-code", shell="old", cs="windows-1251")
link("bg-potvardi", "https://moyat.magazin.example/potvarzhdenie/" + token("bga", 36), "Потвърдете имейл адреса си", """
Здравейте,

За да завършите регистрацията си, натиснете бутона:

[btn Потвърждавам]({L})

Връзката е активна 24 часа.
""", "Магазин Мащерка <info@magazin.example>", ttl=86400, shell="table")
none("bg-poruchka", "Поръчка № 4412708 е изпратена", """
Вашата пратка с номер 1051600118842 ще бъде доставена утре. Наложен платеж: 42,80 лв. Пощенски код 4000.
""", "Магазин Мащерка <info@magazin.example>", form="plain", traps="order-number tracking-number amount postal-code")

# Russian
code("ru-bank", "371904", "Код для подтверждения операции", """
Здравствуйте, Дмитрий Сергеевич!

Перевод 15 000 ₽ на карту *4417. Комиссия 0 ₽.

Код подтверждения:

!! 371904

Никому не сообщайте код, даже сотрудникам банка.

^ АО «Банк Северный Ветер», 191186, Санкт-Петербург, наб. Мойки, 12. Тел. 8 800 555-01-18. Лицензия № 1184
""", "Банк Северный Ветер <no-reply@severveter.example>", traps="amount card-digits postal-code phone", shell="table")
code("ru-gosuslugi", "582166", "Подтверждение адреса электронной почты", """
Уважаемый пользователь!

Чтобы подтвердить адрес, введите на портале цифры 582166. Они действуют 15 минут.

Заявление N 4418827190 от 03.11.2025
""", "Портал услуг <noreply@portaluslug.test>", cs="koi8-r", ttl=900, traps="order-number date no-keyword")
code("ru-taxi", "4471", "4471 — ваш код", """
Код 4471. Действует 2 минуты. Если это не вы, просто проигнорируйте письмо.
""", "Такси Пчела <code@taxipchela.example>", cs="windows-1251", ttl=120, traps="short-code")
link("ru-vhod", "https://lk.tihiydom.example/vhod/po-ssylke?token=" + token("rua", 44), "Вход в личный кабинет", """
Здравствуйте!

Чтобы войти без пароля, нажмите на кнопку:

[btn Войти]({L})

Ссылка действует один час. Если вы не запрашивали вход, удалите это письмо.

^ [Справка](https://tihiydom.example/help) · [Отписаться](https://lk.tihiydom.example/unsubscribe?u=4418)
""", "Тихий Дом <no-reply@tihiydom.example>", ttl=3600, traps="decoy-link", shell="react")
link("ru-registracia", "http://forum.rybolov.test/index.php?action=activate;u=8812;code=" + token("rub", 10, "0123456789abcdef"), "Регистрация на форуме", """
Спасибо за регистрацию, ershik.

Для активации учётной записи перейдите по ссылке:

{L}

С уважением, администрация форума
""", "Форум рыболовов <admin@rybolov.test>", form="plain", cs="koi8-r", traps="code-in-url")
none("ru-promokod", "Промокод на 500 рублей внутри", """
Используйте промокод **OSEN500** до 30 ноября при заказе от 3000 ₽.

[btn За покупками](https://www.samovar-shop.example/sale)
""", "Самовар <news@samovar-shop.example>", traps="promo-code amount")
none("ru-zakaz", "Заказ № 118842-0044 собран", """
Заказ можно забрать по адресу: ул. Лесная, 7, индекс 127055. Код товара 441270. Сумма к оплате 2 480 ₽. Срок хранения 5 дней.
""", "Самовар <zakaz@samovar-shop.example>", form="html", traps="order-number amount postal-code product-code", cs="utf-8")
none("ru-bezopasnost", "Не сообщайте коды из СМС", """
Мошенники звонят от имени банка и просят назвать код подтверждения. Сотрудники банка никогда не спрашивают коды, ПИН и CVV. Положите трубку и наберите 8 800 555-01-18.
""", "Банк Северный Ветер <news@severveter.example>", form="plain", traps="mention-of-codes phone", cs="koi8-r")
none("ru-vhod-zamechen", "Вход с нового устройства", """
Выполнен вход в ваш аккаунт: 05.11.2025 07:14 (МСК), Chrome, Казань, IP 203.0.113.41. Если это были не вы, смените пароль.
""", "Тихий Дом <no-reply@tihiydom.example>", form="plain", traps="security-alert ip-address date")

# Ukrainian, Belarusian
code("uk-bank", "256801", "Ваш код підтвердження", """
Вітаємо, Оксано!

Код підтвердження для входу в застосунок: 256801
Дійсний 3 хвилини.

Банк Калина, вул. Липова 5, 79008 Львів
""", "Банк Калина <info@kalyna.example>", form="html", cs="koi8-u", ttl=180, traps="postal-code")
code("uk-poshta", "9052", "Посилка у поштоматі", """
Ваша посилка 59001188427190 вже у поштоматі № 4412. Щоб відчинити комірку, введіть одноразовий пароль:

!! 9052
""", "Пошта Лелека <info@leleka.example>", traps="tracking-number short-code", shell="divs")
link("uk-vhid", "https://kabinet.bdzhola.example/login/magic/" + token("uka", 36), "Посилання для входу", """
Натисніть, щоб увійти:

[btn Увійти до кабінету]({L})

Посилання одноразове й діє 20 хвилин.
""", "Бджола <dopomoga@bdzhola.example>", ttl=1200, shell="mso")
none("uk-rahunok", "Рахунок за листопад", """
Особовий рахунок 4412708, до сплати 684,20 грн до 20.11.2025. Показник лічильника 18842.
""", "Міськгаз <rahunky@miskgaz.test>", form="plain", traps="invoice amount customer-number date", cs="windows-1251")
code("be-kod", "391740", "Код пацвярджэння", """
Вітаем!

Ваш код пацвярджэння: 391740. Ён дзейнічае 10 хвілін.
""", "Крама Бусел <info@busel.example>", form="plain", ttl=600, cs="windows-1251")
none("be-zamova", "Замова № 44127 прынятая", """
Дзякуй за замову № 44127! Сума 58,90 BYN, дастаўка 7 лістапада, індэкс 220030.
""", "Крама Бусел <info@busel.example>", traps="order-number amount postal-code")
