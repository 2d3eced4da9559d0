"""Swahili, Afrikaans, Amharic, Hausa, Yoruba, Igbo, Zulu, Somali, Kinyarwanda, Malagasy; Esperanto and Luxembourgish for company."""

from authoring import code, link, none, token

code("sw-mpesa", "481093", "Nambari yako ya uthibitisho", """
Habari Amina,

Nambari yako ya uthibitisho ni 481093. Itaisha baada ya dakika 5. Usimpe mtu yeyote nambari hii.

Benki ya Pwani, S.L.P. 11884-80100 Mombasa
""", "Benki ya Pwani <noreply@benkipwani.example>", form="plain", ttl=300, traps="postal-code")
link("sw-kiungo", "https://akaunti.soko.example/ingia/" + token("swa", 34), "Kiungo cha kuingia", """
Karibu tena!

[btn Ingia sasa]({L})

Kiungo hiki kitatumika kwa saa moja tu. [Msaada](https://soko.example/msaada)
""", "Soko <karibu@soko.example>", ttl=3600, traps="decoy-link words-lifetime", shell="divs")
none("sw-oda", "Oda yako nambari 4412708", """
Asante kwa kununua! Oda nambari 4412708, jumla KSh 1,840. Msimbo wa punguzo kwa oda ijayo: ASANTE10. Simu: +254 700 555 018.
""", "Soko <oda@soko.example>", form="plain", traps="order-number amount promo-code phone")
code("af-bank", "357602", "Jou eenmalige PIN", """
Goeiedag Pieter

Jou eenmalige PIN is:

!! 357602

Dit verval oor 10 minute. Moenie dit met enigiemand deel nie.
""", "Karoo Bank <geenantwoord@karoobank.example>", ttl=600, shell="table")
link("af-bevestig", "https://rekening.plaasmark.example/bevestig?t=" + token("afa", 30), "Bevestig jou e-posadres", """
Hallo!

Klik op die skakel om jou e-posadres te bevestig: {L}
""", "Plaasmark <hallo@plaasmark.example>")
none("af-faktuur", "Faktuur INV4412708", """
Bedrag verskuldig: R842,50. Betaaldatum: 20 November 2025. Kliëntnommer 118842. Takkode 632005.
""", "Windpomp Krag <rekeninge@windpomp.example>", form="plain", traps="invoice amount customer-number date")
code("am-code", "618475", "የማረጋገጫ ኮድ", """
ውድ ደንበኛችን፣

የማረጋገጫ ኮድዎ 618475 ነው። ለ10 ደቂቃ ያገለግላል።
""", "አባይ ባንክ <info@abaybank.example>", ttl=600)
none("am-order", "ትዕዛዝዎ ደርሶናል", """
የትዕዛዝ ቁጥር 4412708፣ ጠቅላላ ዋጋ 1,240 ብር። ስልክ 0911 555 018።
""", "ገበያ <info@gebeya.example>", traps="order-number amount phone")
code("ha-lamba", "20964", "Lambar tabbatarwa", """
Sannu Musa,

lambar tabbatarwarka ita ce 20964. Za ta daina aiki bayan minti 10.
""", "Bankin Sahara <info@bankinsahara.example>", form="plain", ttl=600)
code("yo-koodu", "738451", "Kóòdù ìjẹ́rìísí rẹ", """
Ẹ kú àárọ̀,

Kóòdù ìjẹ́rìísí rẹ ni **738451**. Má ṣe fi han ẹnikẹ́ni.
""", "Ilé Owó Odò <info@ileowo.example>", traps="inline-code", shell="bare")
code("ig-koodu", "59018", "Koodu nkwenye gị", """
Ndewo Chidi,

Koodu nkwenye gị bụ: 59018

Ọ ga-agwụ n'ime nkeji 5.
""", "Ụlọ Akụ Niger <info@uloaku.example>", ttl=300)
code("zu-ikhodi", "406182", "Ikhodi yakho yokuqinisekisa", """
Sawubona Thandi,

Ikhodi yakho yokuqinisekisa ithi:

!! 406182

Iphelelwa yisikhathi emizuzwini engu-10.
""", "Ibhange Lolwandle <info@lolwandle.example>", ttl=600, shell="divs")
code("so-lambar", "91530", "Koodhka xaqiijinta", """
Salaan,

Koodhkaaga xaqiijinta waa 91530. Wuxuu shaqaynayaa 5 daqiiqo.
""", "Bangiga Badda <info@bangigabadda.example>", ttl=300)
code("rw-kode", "274085", "Kode yo kwemeza", """
Muraho,

Kode yawe yo kwemeza ni 274085. Ntuyihe undi muntu.
""", "Banki y'Imisozi <info@imisozi.example>")
code("mg-kaody", "63017", "Kaody fanamarinana", """
Miarahaba,

ny kaody fanamarinanao dia 63017. Manan-kery mandritra ny 10 minitra izy.
""", "Banky Baobab <info@baobab.example>", ttl=600)
code("eo-kodo", "850294", "Via konfirmkodo", """
Saluton!

Via konfirmkodo estas 850294. Ĝi validas dum 10 minutoj.
""", "Esperanta Librejo <saluton@librejo.example>", form="plain", cs="iso-8859-3", ttl=600)
code("lb-code", "417260", "Äre Verifikatiounscode", """
Moien,

Äre Verifikatiounscode ass 417260. En ass 10 Minutte gülteg.

Spuerkeess Uelzecht
""", "Spuerkeess Uelzecht <info@uelzecht.example>", ttl=600)
