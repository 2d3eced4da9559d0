"""The Middle East, Asia and Africa once more, with the traps that the other files set in English; and a few mails in two languages."""

from authoring import code, link, none, token, Part, Multi, Attached
from forwards import gmail, apple, outlook, thunderbird

# Arabic, Persian, Hebrew, Urdu
code("ar-subject", "618402", "618402 هو رمز الدخول الخاص بك", "أدخل الرمز في التطبيق خلال 10 دقائق.\n", "سوق النخيل <salam@nakheel.example>", ttl=600, traps="subject-only rtl")
code("ar-alnum", "KT7-4Q", "ربط جهاز التلفاز", "لربط جهاز التلفاز أدخل رمز الاقتران KT7-4Q كما هو مع الشرطة. صلاحيته ربع ساعة.\n", "شاشتي <tv@shashati.example>", traps="hyphen-code alphanumeric rtl")
code("ar-nokeyword", "905173", "خطوة أخيرة", """
اكتب هذه الأرقام في الصفحة المفتوحة لديك لإكمال التسجيل:

!! ٩٠٥١٧٣

أهلاً بك معنا!
""", "طلبي <code@talabi.example>", traps="arabic-digits no-keyword rtl", shell="dark", box="spans")
link("ar-reset", "https://hesab.bankalsahel.example/reset/" + token("arr", 40), "إعادة تعيين كلمة المرور", """
عزيزي العميل،

[btn تعيين كلمة مرور جديدة]({L})

الرابط صالح لمدة 30 دقيقة. [مركز المساعدة](https://bankalsahel.example/help)
""", "بنك الساحل <noreply@bankalsahel.example>", ttl=1800, traps="password-reset decoy-link rtl", shell="table")
code("fa-subject", "40918", "کد ورود شما: ۴۰۹۱۸", "این کد را در برنامه وارد کنید.\n", "دیجی‌بازار <salam@digibazar.example>", form="plain", traps="subject-only persian-digits rtl")
code("fa-tv", "QM83KT", "اتصال دستگاه جدید", """
برای اتصال دستگاه جدید این کد فعال‌سازی را وارد کنید:

!! QM83KT

اعتبار: ۱۵ دقیقه
""", "فیلم‌خانه <hi@filmkhaneh.example>", ttl=900, traps="alphanumeric persian-digits rtl", shell="bare", box="td")
link("fa-reset", "https://hesab.bankalborz.example/ramz-jadid?t=" + token("far", 36), "تغییر رمز عبور", """
برای انتخاب رمز عبور جدید روی پیوند زیر کلیک کنید. این پیوند تا یک ساعت معتبر است.

{L}
""", "بانک البرز <noreply@bankalborz.example>", ttl=3600, traps="password-reset rtl")
code("he-subject", "7306", "7306 הוא הקוד שלך", "להקליד באפליקציה ולצאת לדרך.\n", "קורקינט ירוק <hi@korkinet.example>", form="plain", traps="subject-only short-code rtl")
code("he-cells", "284916", "אישור תשלום", """
לאישור תשלום של 184.90 ₪ בכרטיס המסתיים ב-4417 יש להזין את הסיסמה החד-פעמית:

!! 284916
""", "בנק הגליל <noreply@bankhagalil.example>", box="cells", form="html", traps="amount card-digits rtl", shell="table")
link("he-reset", "https://app.dugit.example/password/new/" + token("her", 36), "איפוס סיסמה", """
ביקשת לאפס את הסיסמה? לחצו כאן תוך 24 שעות:

[איפוס סיסמה]({L})

לא ביקשת? אפשר להתעלם מההודעה.
""", "דוגית <shalom@dugit.example>", ttl=86400, form="html", traps="password-reset rtl", shell="bare")
code("ur-subject", "318745", "318745 آپ کا او ٹی پی ہے", "لین دین مکمل کرنے کے لیے اسے 3 منٹ میں درج کریں۔\n", "راوی بینک <noreply@ravibank.example>", ttl=180, traps="subject-only rtl")
none("ur-warning", "ہوشیار رہیں", """
بینک کا کوئی نمائندہ آپ سے او ٹی پی یا پن نہیں مانگے گا۔ شکایت کے لیے 042-111-555-018 پر کال کریں۔
""", "راوی بینک <khabar@ravibank.example>", form="plain", traps="mention-of-codes phone rtl")

# South Asia
code("hi-subject", "481063", "481063 आपका सत्यापन कोड है", "इसे 5 मिनट के अंदर दर्ज करें। धन्यवाद।\n", "किताबघर <namaste@kitabghar.example>", form="plain", ttl=300, traps="subject-only")
code("hi-cells", "935027", "ईमेल की पुष्टि करें", """
पंजीकरण पूरा करने के लिए ये अंक ऐप में भरें:

!! ९३५०२७
""", "सवारी <code@savari.example>", box="cells", form="html", traps="devanagari-digits no-keyword", shell="divs")
link("hi-reset", "https://net.gangabank.example/naya-password/" + token("hir", 40), "पासवर्ड रीसेट करें", """
नया पासवर्ड बनाने के लिए इस लिंक पर जाएं। लिंक 30 मिनट तक मान्य है:
{L}
""", "गंगा बैंक <noreply@gangabank.example>", ttl=1800, traps="password-reset")
code("bn-subject", "7492", "৭৪৯২ আপনার যাচাইকরণ কোড", "অ্যাপে কোডটি লিখুন।\n", "রিকশা <code@riksha.example>", traps="subject-only bengali-digits short-code")
link("bn-reset", "https://account.padmapar.example/password/" + token("bnr", 36), "পাসওয়ার্ড পরিবর্তন", """
নতুন পাসওয়ার্ড সেট করতে বোতামে চাপুন:

[btn নতুন পাসওয়ার্ড]({L})

লিংকটি ১ ঘণ্টা কার্যকর থাকবে।
""", "পদ্মাপাড় ব্যাংক <noreply@padmapar.example>", ttl=3600, traps="password-reset bengali-digits", shell="table")
code("ta-subject", "660183", "660183 - உங்கள் உள்நுழைவுக் குறியீடு", "10 நிமிடங்களுக்குள் உள்ளிடவும்.\n", "ஓலை <help@olai.example>", form="plain", ttl=600, traps="subject-only")
code("te-app", "8274", "ధృవీకరణ కోడ్", """
మీ ధృవీకరణ కోడ్:

!! 8274

ఇది 5 నిమిషాల్లో ముగుస్తుంది.
""", "ప్రయాణం <code@prayanam.example>", ttl=300, traps="short-code", shell="react")
link("te-link", "https://khata.prayanam.example/login/" + token("tel", 32), "లాగిన్ లింక్", """
లాగిన్ అవ్వడానికి ఈ లింక్‌ను క్లిక్ చేయండి: {L}
""", "ప్రయాణం <code@prayanam.example>", form="html")
code("mr-app", "5130", "पडताळणी कोड", """
तुमचा पडताळणी कोड 5130 आहे. तो कोणालाही सांगू नका.
""", "टांगा <code@tanga.example>", traps="short-code")
link("mr-link", "https://khate.tanga.example/satyapit?token=" + token("mrl", 30), "ईमेल पडताळणी", """
नमस्कार!

[btn ईमेल पडताळा]({L})

ही लिंक 24 तासांत संपेल.
""", "टांगा <code@tanga.example>", ttl=86400, shell="mso")
none("ta-warning", "எச்சரிக்கை: OTP-ஐப் பகிர வேண்டாம்", """
எங்கள் வங்கி ஊழியர்கள் ஒருபோதும் உங்கள் OTP அல்லது PIN-ஐக் கேட்க மாட்டார்கள். புகார்: 1930.
""", "காவிரி வங்கி <news@kaveribank.example>", form="plain", traps="mention-of-codes phone")
none("ne-bill", "खानेपानी महसुल", """
ग्राहक नं. 441270। रकम रु. 842.50। अन्तिम मिति 2082-08-05। फोन 01-5550118।
""", "नगर खानेपानी <bill@khanepani.test>", form="plain", traps="invoice amount customer-number phone date")
none("kn-order", "ನಿಮ್ಮ ಆರ್ಡರ್ ಕಳುಹಿಸಲಾಗಿದೆ", """
ಆರ್ಡರ್ ಸಂಖ್ಯೆ 4412708. ಒಟ್ಟು ₹649. ಪಿನ್ ಕೋಡ್ 560001. ಟ್ರ್ಯಾಕಿಂಗ್ KA448127719IN.
""", "ಅಂಗಡಿ <order@angadi.example>", form="html", traps="order-number amount postal-code tracking-number")
none("ml-order", "ഓർഡർ 4412708 അയച്ചു", """
ട്രാക്കിംഗ് നമ്പർ KL448127719IN. ആകെ തുക ₹1,120. പിൻകോഡ് 682001.
""", "വായന <order@vayana.example>", traps="order-number amount postal-code tracking-number")

# South-east Asia
code("th-subject", "629417", "629417 คือรหัสยืนยันของคุณ", "กรุณากรอกภายใน 5 นาที\n", "ตลาดน้ำ <hello@talatnam.example>", ttl=300, traps="subject-only")
link("th-reset", "https://member.talatnam.example/reset?k=" + token("thr", 36), "ตั้งรหัสผ่านใหม่", """
คลิกลิงก์ด้านล่างเพื่อตั้งรหัสผ่านใหม่ ลิงก์มีอายุ 24 ชั่วโมง

{L}
""", "ตลาดน้ำ <hello@talatnam.example>", form="html", ttl=86400, traps="password-reset")
code("vi-cells", "208546", "Xác minh email", """
Nhập dãy số sau vào ứng dụng để hoàn tất đăng ký:

!! 208546
""", "Sách Hay <lienhe@sachhay.example>", box="cells", form="html", traps="no-keyword", shell="mso")
code("vi-subject", "5907", "5907 là mã mở khóa của bạn", "Nhập mã trong 2 phút nhé.\n", "Xe Ôm Nhanh <code@xeomnhanh.example>", form="plain", ttl=120, traps="subject-only short-code")
link("vi-reset", "https://taikhoan.songhan.example/mat-khau-moi/" + token("vir", 36), "Đặt lại mật khẩu", """
Quý khách vui lòng bấm nút bên dưới để đặt lại mật khẩu. Liên kết có hiệu lực 30 phút.

[btn Đặt lại mật khẩu]({L})

[Trang chủ](https://songhan.example)
""", "Ngân hàng Sông Hàn <noreply@songhan.example>", ttl=1800, traps="password-reset decoy-link", shell="table")
code("id-subject", "917304", "917304 adalah kode verifikasi kamu", "Masukkan di aplikasi dalam 10 menit ya.\n", "Warung <halo@warung.example>", form="html", ttl=600, traps="subject-only")
code("id-cells", "403815", "Satu langkah lagi!", """
Ketik angka ini di aplikasi untuk mengaktifkan akunmu:

!! 403815
""", "Becak Kilat <kode@becakkilat.example>", box="spans", form="html", traps="no-keyword", shell="dark")
link("ms-sahkan", "https://akaun.kedai.example/sahkan?token=" + token("mss", 32), "Sahkan alamat e-mel anda", """
Selamat datang!

[btn Sahkan e-mel]({L})

Pautan ini akan tamat tempoh dalam 24 jam.
""", "Kedai <hai@kedai.example>", ttl=86400, shell="divs")
code("ms-kod", "6214", "Kod pengesahan", "Kod pengesahan anda: 6214. Sah 1 minit sahaja.\n", "Beca <kod@beca.example>", ttl=60, traps="short-code")
code("fil-code", "814730", "Code mo sa pag-verify", "Ito ang verification code mo: 814730. Ilagay ito sa app bago mag-10 minuto.\n", "Tindahan <hello@tindahan.example>", form="plain", ttl=600)
none("km-order", "ការបញ្ជាទិញលេខ 4412708", """
អរគុណ! សរុប 84,500 រៀល។ លេខតាមដាន KH448127719។ ទូរស័ព្ទ 012 555 018។
""", "ផ្សារ <order@phsar.example>", form="plain", traps="order-number tracking-number amount phone")
none("my-order", "အော်ဒါနံပါတ် ၄၄၁၂၇", """
စုစုပေါင်း ၈၄,၅၀၀ ကျပ်။ ဖုန်း ၀၉-၅၅၅၀၁၁၈။
""", "ဈေးဆိုင် <order@zay.example>", traps="order-number amount phone myanmar-digits")

# Japanese, Chinese, Korean
code("ja-subject-html", "580274", "580274 がログインコードです", "", "つばめタクシー <code@tsubame-taxi.example>", body=Part("text/html", "<html><body><p>件名のコードを10分以内に入力してください。</p><p><a href='https://tsubame-taxi.example/help'>ヘルプ</a></p></body></html>", "shift_jis"), traps="subject-only glued html-only charset", cs="iso2022_jp", ttl=600)
code("ja-cells", "917360", "メールアドレスの確認", """
画面に次の6桁の数字を入力してください。

!! 917360

このメールは送信専用です。〒150-0001 東京都渋谷区神宮前1-18-4
""", "みどり市場 <info@midori-ichiba.example>", box="cells", form="html", traps="no-keyword postal-code", shell="table")
code("ja-bank-card", "20481735", "【青葉カード】本人認証パスワード", """
カードご利用の本人認証パスワードです。

ご利用先　　：TIDEWATER BOOKS
ご利用金額　：12,480円
カード番号　：****-****-****-4417

本人認証パスワード：20481735

有効時間：5分
""", "青葉カード <3ds@aoba-card.example>", form="plain", cs="iso2022_jp", ttl=300, traps="amount card-digits")
link("ja-password", "https://id.tsubasa-mobile.example/pw/reset?c=" + token("jap", 40) + "&l=ja", "パスワード再設定のご案内", """
下記URLより30分以内に新しいパスワードを設定してください。

{L}

※お心当たりがない場合は破棄してください。
""", "つばさモバイル <id@tsubasa-mobile.example>", form="plain", cs="euc_jp", ttl=1800, traps="password-reset")
none("ja-tracking", "お荷物のお届け予定", """
お問い合わせ番号：4412-7088-1184
お届け予定：11月8日 14時～16時
ドライバー：080-5555-0118
再配達の受付番号：118842
""", "かもめ便 <notice@kamomebin.example>", cs="cp932", traps="tracking-number phone date")
code("zh_CN-subject", "684013", "684013是您的登录验证码", "请在10分钟内完成验证。\n", "码农社区 <noreply@manong.example>", cs="gb18030", ttl=600, traps="subject-only glued")
code("zh_CN-nokeyword", "539207", "完成注册", """
请把下面这串数字填到注册页面：

!! ５３９２０７

欢迎加入我们！
""", "钓鱼论坛 <admin@diaoyu.test>", traps="full-width-digits no-keyword", shell="bare", box="p")
link("zh_CN-reset", "https://passport.manong.example/reset-password?code=" + token("zcr", 32) + "&uid=4418", "重置您的密码", """
您好：

请点击以下链接重置密码（2小时内有效）：

{L}

如果您没有申请重置，请忽略本邮件。
""", "码农社区 <noreply@manong.example>", form="html", ttl=7200, traps="password-reset", cs="gb2312")
none("zh_CN-promo", "双十一优惠码请查收", """
优惠码：**D11SAVE50**，满300减50，有效期至2025年11月11日。

[立即使用](https://yunshan.example/1111?coupon=D11SAVE50)
""", "云杉商城 <promo@yunshan.example>", traps="promo-code amount date")
code("zh_TW-cells", "370482", "請驗證您的電子郵件", """
請輸入下列六位數字以完成驗證：

!! 370482
""", "豆花日記 <hello@douhua.example>", box="cells", form="html", shell="mso", traps="no-keyword")
code("zh_TW-subject", "9163", "9163 是您的驗證碼", "請於 3 分鐘內輸入。\n", "呼叫小黃 <code@huang.example>", form="plain", cs="big5", ttl=180, traps="subject-only short-code")
link("zh_TW-reset", "https://netbank.yulan-bank.example/pwd/" + token("ztr", 36), "重設密碼通知", """
親愛的客戶：

[btn 重設密碼]({L})

此連結將於 30 分鐘後失效。[客服中心](https://yulan-bank.example/service)
""", "玉蘭商業銀行 <service@yulan-bank.example>", ttl=1800, traps="password-reset decoy-link", shell="table")
none("zh_TW-fraud", "提醒您慎防詐騙", """
本行絕不會以電話或電子郵件詢問您的動態密碼或驗證碼，如有疑問請撥 0800-555-018 或 165 專線。
""", "玉蘭商業銀行 <news@yulan-bank.example>", form="plain", cs="big5", traps="mention-of-codes phone")
code("ko-subject", "761502", "761502 로그인 코드입니다", "10분 안에 앱에 입력해 주세요.\n", "별마당 <hello@byeolmadang.example>", ttl=600, traps="subject-only")
code("ko-cells", "348190", "이메일 인증", """
가입을 마치려면 아래 숫자를 입력해 주세요.

!! 348190
""", "다온페이 <noreply@daonpay.example>", box="cells", form="html", traps="no-keyword", shell="table")
none("ko-receipt", "결제가 완료되었습니다", """
승인번호: 30044182
카드: ****-****-****-4417
금액: 12,400원
일시: 2025-11-04 18:02:11
""", "다온페이 <receipt@daonpay.example>", traps="receipt amount card-digits date", cs="euc_kr")

# Africa
code("sw-mada", "7394", "7394 ni PIN yako", "Iweke kwenye programu ndani ya dakika 3.\n", "Boda Haraka <pin@bodaharaka.example>", ttl=180, traps="subject-only short-code")
code("af-onderwerp", "518204", "518204 is jou aantekenkode", "Tik dit binne 10 minute in die app in.\n", "Plaasmark <hallo@plaasmark.example>", form="plain", ttl=600, traps="subject-only")
link("am-link", "https://account.gebeya.example/login/" + token("aml", 32), "የመግቢያ አገናኝ", """
ወደ መለያዎ ለመግባት ይህን አገናኝ ይጫኑ፦

{L}

አገናኙ ለ1 ሰዓት ያገለግላል።
""", "ገበያ <info@gebeya.example>", form="plain", ttl=3600)
code("am-cells", "8306", "ፒን ኮድ", """
መተግበሪያው ላይ ይህን የአንድ ጊዜ ፒን ያስገቡ፦

!! 8306
""", "አባይ ባንክ <info@abaybank.example>", traps="short-code", shell="bare", box="td")

# Two languages in one mail
code("en-fr-bilingual", "770418", "Your one-time code / Votre code à usage unique", """
(Le français suit.)

Your one-time code is **770418**. It expires in 15 minutes.

---

Votre code à usage unique est le **770418**. Il expire dans 15 minutes.

^ Fibre Boréale, 1200 boul. Saint-Laurent, Montréal (Québec) H2X 2S5 · 1 800 555-0120
""", "Fibre Boréale <service@fibreboreale.example>", ttl=900, traps="two-languages postal-code phone", shell="divs")
code("ar-en-bilingual", "280536", "رمز التحقق / Verification code", """
رمز التحقق الخاص بك هو: 280536
Your verification code is: 280536

لا تشاركه مع أحد / Do not share it with anyone.
""", "بوابة الخليج <noreply@khaleejgate.test>", form="plain", traps="two-languages rtl")
code("zh_HK-bilingual", "364019", "驗證碼 Verification Code", """
親愛的客戶 Dear Customer,

閣下的驗證碼為 364019，5分鐘內有效。
Your verification code is 364019, valid for 5 minutes.

香江銀行 Fragrant River Bank  查詢熱線 Hotline (852) 2555 0118
""", "Fragrant River Bank <noreply@fragrantriver.example>", ttl=300, traps="two-languages phone", cs="big5")
code("de-ch-dreisprachig", "905226", "Sicherheitscode / Code de sécurité / Codice di sicurezza", """
DE: Ihr Sicherheitscode lautet 905226.
FR: Votre code de sécurité est le 905226.
IT: Il Suo codice di sicurezza è 905226.

Kundennummer / N° de client / N. cliente: 4.418.227
""", "Alpenpost <sicherheit@alpenpost.example>", form="plain", traps="two-languages customer-number", cs="latin-1")
link("en-es-bilingual-link", "https://id.ridgeline.example/e/" + token("ees", 40), "Confirm your email / Confirma tu correo", """
Please confirm your email address. / Confirma tu correo electrónico.

[btn Confirm / Confirmar]({L})
""", "Ridgeline Bank <secure@ridgeline.example>", traps="two-languages", shell="mso")

# More ways to be forwarded
A = dict(to="codes@inbox.example", user="codes@inbox.example")
F = lambda pair: Multi("alternative", Part("text/plain", pair[0]), Part("text/html", pair[1]))
code("nl-fwd-apple", "603917", "Doorst: Verificatiecode", "", "Bram de Wit <bram@brievenbus.example>", ident="bram.test@alias.example", **A, traps="forward", ttl=600, body=F(apple("Polderbank <noreply@polderbank.example>", "4 november 2025 om 11:20:09 CET", "Verificatiecode", "bram.test@alias.example", lang="nl",
     plain="Uw verificatiecode is 603917 en is 10 minuten geldig.\n", html="<p>Uw verificatiecode is <b>603917</b> en is 10 minuten geldig.</p>")))
code("sv-fwd-apple", "83015", "VB: Inloggningskod", "", "Sofia Lund <sofia.lund@brev.example>", ident="sofia.prov@alias.example", **A, traps="forward", body=F(apple("Smultron <hej@smultron.example>", "4 november 2025 kl. 11:20:09 CET", "Inloggningskod", "sofia.prov@alias.example", lang="sv", plain="Din inloggningskod: 83015\n", html="<p>Din inloggningskod: <b>83015</b></p>")))
code("da-fwd-outlook", "291604", "VS: Bekræftelseskode", "", "Ida Holm <ida.holm@brev.example>", ident="ida.proeve@alias.example", **A, traps="forward", body=F(outlook("Loppefund <post@loppefund.example>", "4. november 2025 09:03", "Bekræftelseskode", "ida.proeve@alias.example", lang="da", plain="Din bekræftelseskode er 291604.\n", html="<p>Din bekræftelseskode er <b>291604</b>.</p>")))
link("nl-fwd-outlook", "https://mijn.stoomboot.example/auth/e/" + token("nlfo", 40), "FW: Jouw inloglink", "", "Bram de Wit <bram@brievenbus.example>", ident="bram.winkel@alias.example", **A, traps="forward", body=F(outlook("Stoomboot <hoi@stoomboot.example>", "dinsdag 4 november 2025 09:03", "Jouw inloglink", "bram.winkel@alias.example", lang="nl",
     plain="Klik om in te loggen: https://mijn.stoomboot.example/auth/e/" + token("nlfo", 40) + "\n", html='<p><a href="https://mijn.stoomboot.example/auth/e/' + token("nlfo", 40) + '">Klik om in te loggen</a></p>')))
code("he-fwd-gmail", "508214", "Fwd: קוד אימות", "", "Noa Levi <noa.levi@doar.example>", ident="noa.nisuy@alias.example", **A, traps="forward rtl", body=F(gmail("סופר השכונה <hi@superbashchuna.example>", "יום ב׳, 3 בנוב׳ 2025 ב-9:14", "קוד אימות", "noa.nisuy@alias.example", lang="he", plain="קוד האימות שלך: 508214\n", html='<div dir="rtl">קוד האימות שלך: <b>508214</b></div>')))
code("es-fwd-thunderbird", "740195", "Fwd: Clave de acceso", "", "Lucía Ferrer <lucia.ferrer@correo.example>", ident="lucia.tramites@alias.example", **A, traps="forward", body=F(thunderbird("Sede Electrónica <sede@ayuntamiento.test>", "Tue, 4 Nov 2025 09:44:10 +0100", "Clave de acceso", "lucia.tramites@alias.example", lang="es", plain="Su clave de acceso es 740195.\n", html="<p>Su clave de acceso es <b>740195</b>.</p>")))
code("it-fwd-thunderbird", "168403", "Fwd: Codice di verifica", "", "Paolo Riva <paolo.riva@casella.example>", ident="riva.banca@alias.example", **A, traps="forward", body=F(thunderbird("Banca del Golfo <sicurezza@bancadelgolfo.example>", "Tue, 4 Nov 2025 09:44:10 +0100", "Codice di verifica", "riva.banca@alias.example", lang="it", plain="Il codice di verifica è 168403.\n", html="<p>Il codice di verifica è <b>168403</b>.</p>")))
code("de-fwd-yahoo", "602718", "Fw: Bestätigungscode", "----- Weitergeleitete Nachricht -----\nVon: Fischmarkt <moin@fischmarkt.example>\nAn: \"fisch-probe@alias.example\" <fisch-probe@alias.example>\nGesendet: Dienstag, 4. November 2025 um 08:14:22 MEZ\nBetreff: Bestätigungscode\n\nDein Bestätigungscode: 602718\n", "Jonas Brandt <jonas.brandt@mailhaus.example>", ident="fisch-probe@alias.example", **A, traps="forward")
code("fr-fwd-outlook", "953041", "TR: Code de vérification", "", "Rémi Gagnon <remi.gagnon@courriel.example>", ident="remi.essais@alias.example", **A, traps="forward", body=F(outlook("Tournesol <bonjour@tournesol.example>", "mardi 4 novembre 2025 09:03", "Code de vérification", "remi.essais@alias.example", lang="fr", plain="Votre code de vérification : 953041\n", html="<p>Votre code de vérification : <b>953041</b></p>")))
code("es-fwd-apple", "Q4T7", "RV: Código de retirada", "", "Lucía Ferrer <lucia.ferrer@correo.example>", ident="lucia.bici@alias.example", **A, traps="forward short-code alphanumeric", body=F(apple("Bicis del Turia <hola@bicisturia.example>", "4 de noviembre de 2025, 11:20:09 CET", "Código de verificación", "lucia.bici@alias.example", lang="es", plain="Tu código de verificación es Q4T7.\n", html="<p>Tu código de verificación es <b>Q4T7</b>.</p>")))
code("ja-fwd-attached", "830249", "Fwd: 認証番号", "", "森 由紀 <yuki.mori@yubin.example>", ident="yuki-shiken@alias.example", **A, traps="forward charset", cs="iso2022_jp", body=Multi("mixed", Part("text/plain", "添付の通りです。\n", "iso2022_jp"),
     Attached({"subj": "認証番号のご案内", "frm": "ねこカフェ予約 <info@nekoyoyaku.example>", "to": "yuki-shiken@alias.example", "cs": "iso2022_jp", "body": Part("text/plain", "認証番号：830249\n", "iso2022_jp")})))
code("en-fwd-attached-base64", "418906", "Fwd: Passcode", "", "Tunde Okafor <t.okafor@inbox.example>", ident="tunde.lab@alias.example", **A, traps="forward", body=Multi("mixed", Part("text/plain", "\n"),
     Attached({"subj": "Passcode", "frm": "Isthmus Brokerage <auth@isthmus.example>", "to": "tunde.lab@alias.example", "body": Part("text/plain", "Passcode: 418906\n")}, cte="base64")))
none("en-fwd-newsletter", "Fwd: 20% off with SPRING20", "", "Mira Holt <mira.holt@post.example>", **A, traps="forward promo-code", body=F(gmail("Wicker & Wool <hello@wickerandwool.example>", "Mon, Nov 3, 2025 at 9:14 AM", "20% off with SPRING20", "mira.shop@alias.example", plain="Use code SPRING20 at checkout.\n", html="<p>Use code <b>SPRING20</b> at checkout.</p>")))
none("de-fwd-buchung", "Fwd: Buchungscode HX7Q2M", "", "Jonas Brandt <jonas.brandt@mailhaus.example>", **A, traps="forward booking-reference", body=F(thunderbird("Hansefähre <buchung@hansefaehre.example>", "Tue, 4 Nov 2025 09:44:10 +0100", "Ihre Buchung", "jonas.reise@alias.example", lang="de", plain="Buchungscode HX7Q2M, Abfahrt 14.11.2025 um 07:30 Uhr.\n", html="<p>Buchungscode <b>HX7Q2M</b>, Abfahrt 14.11.2025 um 07:30 Uhr.</p>")))

# More letters between letters
code("ar-invisible", "705932", "رمز التأكيد", """
رمز التأكيد الخاص بك:

!! 705932
""", "شاشتي <tv@shashati.example>", box="zwnj", form="html", traps="rtl", shell="bare")
code("ja-invisible", "681207", "確認番号", """
確認番号はこちらです。

!! 681207
""", "工房さくら <touroku@koubou-sakura.example>", box="wj", form="html", shell="divs")
code("hi-invisible", "390174", "ओटीपी", """
आपका ओटीपी नीचे दिया गया है:

!! 390174
""", "किताबघर <namaste@kitabghar.example>", box="zw", form="html", shell="table")
code("es-hexents", "862150", "Código de acceso", """
Tu código de acceso es:

!! 862150
""", "Nube Clara <seguridad@nubeclara.example>", box="hexents", form="html", shell="old")
code("ko-image", "W4X8K", "보안 문자 안내", """
본인 확인 코드는 아래 이미지와 같습니다.

!! W4X8K
""", "누리은행 <noreply@nuribank.example>", box="img", form="html", shell="table", traps="alphanumeric")
code("fr-zwj-plain", "419056", "Code de confirmation", "Votre code de confirmation : 4\u200d1\u200d9\u200d0\u200d5\u200d6\n", "Billets Malins <contact@billetsmalins.example>", form="plain", traps="invisible")
code("el-bidi-plain", "250617", "Κωδικός επιβεβαίωσης", "Ο κωδικός επιβεβαίωσης είναι \u2068250617\u2069.\n", "Ελιά & Λάδι <info@elia.example>", traps="bidi-marks")
code("ru-softhyphen-plain", "930845", "Код проверки", "Ваш код проверки:\n\n930\u00ad845\n", "Каравай <info@karavay.example>", form="plain", traps="invisible")
