"""Arabic, Persian, Hebrew, Urdu, Pashto, Kurdish: mostly right to left, with their own digits."""

from authoring import code, link, none, token

# Arabic
code("ar-bank", "492018", "رمز التحقق لتأكيد عملية الشراء", """
عزيزنا العميل أحمد،

لإتمام عملية الشراء بمبلغ **٣٤٩٫٥٠ ر.س** من متجر الواحة بالبطاقة المنتهية بـ ٤٤١٧، أدخل رمز التحقق:

!! ٤٩٢٠١٨

صلاحية الرمز ٥ دقائق. لا تشارك الرمز مع أي شخص، فموظفو البنك لن يطلبوه منك أبداً.

^ بنك الساحل، طريق الملك فهد، ص.ب ١١٨٨، الرياض ١١٤٣٢ — هاتف ٩٢٠٠٠٥٥٥١
""", "بنك الساحل <noreply@bankalsahel.example>", ttl=300, traps="arabic-digits amount card-digits postal-code phone rtl", shell="table")
code("ar-delivery", "7741", "رمز الدخول إلى تطبيق طلبي", """
مرحباً! رمز الدخول الخاص بك هو 7741. لا تعطه لأحد.
""", "طلبي <code@talabi.example>", traps="short-code rtl", cs="windows-1256")
code("ar-gov", "380552", "منصة الخدمات: رمز التفعيل", """
السيد/ة المستفيد/ة،

لتفعيل بريدك الإلكتروني في المنصة أدخل الرقم \u200f380552\u200f خلال نصف ساعة.

رقم الطلب: 20251104-8842
""", "منصة الخدمات <noreply@khadamat.test>", form="plain", traps="rtl bidi-marks order-number words-lifetime", ttl=1800)
code("ar-split", "620417", "تأكيد البريد الإلكتروني", """
# أهلاً بك في سوق النخيل

استخدم هذا الرمز لتأكيد بريدك الإلكتروني:

!! 620417

إذا لم تطلب ذلك فتجاهل هذه الرسالة.
""", "سوق النخيل <salam@nakheel.example>", form="html", shell="mso", box="cells", traps="rtl")
link("ar-link", "https://hesab.nakheel.example/dukhul?ramz=" + token("ara", 40), "رابط تسجيل الدخول", """
مرحباً،

اضغط على الزر لتسجيل الدخول إلى حسابك:

[btn تسجيل الدخول]({L})

ينتهي الرابط خلال ساعة واحدة.

^ [المساعدة](https://nakheel.example/help) · [إلغاء الاشتراك](https://hesab.nakheel.example/unsubscribe?id=4418)
""", "سوق النخيل <salam@nakheel.example>", ttl=3600, traps="decoy-link rtl", shell="react")
link("ar-activate", "https://jamia.test/activate/" + token("arb", 32, "0123456789abcdef"), "تفعيل حساب الطالب", """
عزيزي الطالب، رقمك الجامعي 441202718.
لتفعيل حسابك افتح الرابط التالي:
{L}
""", "جامعة المنارة <it@jamia.test>", form="plain", traps="customer-number rtl", cs="windows-1256")
none("ar-promo", "كود خصم ٢٠٪ بمناسبة العيد", """
استخدم كود الخصم **EID20** عند الدفع واحصل على خصم ٢٠٪. العرض سارٍ حتى ٣٠ نوفمبر.
""", "سوق النخيل <news@nakheel.example>", traps="promo-code rtl")
none("ar-order", "تم شحن طلبك رقم 4412708", """
رقم الشحنة: SA448127719
المبلغ: 184.50 ر.س
الرمز البريدي: 11432
موعد التسليم: 2025/11/08
""", "سوق النخيل <orders@nakheel.example>", form="html", traps="order-number tracking-number amount postal-code rtl", cs="windows-1256")
none("ar-sms", "تم إرسال الرمز إلى جوالك", """
أرسلنا رمز التحقق المكوّن من ٦ أرقام في رسالة نصية إلى الرقم المنتهي بـ ١٨. إذا لم يصلك خلال دقيقتين فاطلب رمزاً جديداً.
""", "بنك الساحل <noreply@bankalsahel.example>", form="plain", traps="sent-elsewhere arabic-digits rtl")
none("ar-warning", "احذر من المحتالين", """
لن نطلب منك رمز التحقق أو كلمة المرور عبر الهاتف أو البريد أبداً. للإبلاغ اتصل على ٩٢٠٠٠٥٥٥١.
""", "بنك الساحل <news@bankalsahel.example>", form="plain", traps="mention-of-codes arabic-digits phone rtl")

# Persian
code("fa-bank", "581940", "رمز یک‌بار مصرف", """
مشتری گرامی،

رمز یک‌بار مصرف شما برای ورود: ۵۸۱۹۴۰

این رمز تا ۲ دقیقه معتبر است. آن را در اختیار کسی قرار ندهید.

بانک البرز، تهران، خیابان ولیعصر، کدپستی ۱۹۶۸۸۴۴۱۲۷
""", "بانک البرز <noreply@bankalborz.example>", form="plain", ttl=120, traps="persian-digits postal-code rtl")
code("fa-shop", "30917", "کد تأیید دیجی‌بازار", """
سلام نسرین جان،

کد تأیید شما برای ورود به دیجی‌بازار:

!! ۳۰۹۱۷

سفارش شماره ۴۴۱۲۷۰ در انتظار پرداخت است.
""", "دیجی‌بازار <salam@digibazar.example>", traps="persian-digits order-number rtl", shell="divs")
link("fa-link", "https://hesab.digibazar.example/vorood/" + token("faa", 36), "لینک ورود به حساب", """
برای ورود به حساب کاربری روی دکمه زیر بزنید:

[btn ورود به حساب]({L})

این لینک پس از ۱۵ دقیقه منقضی می‌شود.
""", "دیجی‌بازار <salam@digibazar.example>", ttl=900, traps="persian-digits rtl", shell="dark")
none("fa-order", "سفارش شما ارسال شد", """
شماره سفارش: ۴۴۱۲۷۰۸
کد رهگیری پستی: ۲۸۸۴۴۱۲۷۰۸۱۱۸۴۲۷۱۹۰۰۱۱۴
مبلغ: ۱٬۲۴۰٬۰۰۰ ریال
""", "دیجی‌بازار <orders@digibazar.example>", form="plain", traps="tracking-number order-number amount persian-digits rtl")
none("fa-discount", "کد تخفیف یلدا", """
با کد تخفیف **YALDA30** تا پایان آذر ۳۰٪ تخفیف بگیرید.
""", "دیجی‌بازار <news@digibazar.example>", traps="promo-code rtl")

# Hebrew
code("he-bank", "713604", "קוד אימות חד-פעמי", """
שלום נועה,

קוד האימות החד-פעמי שלך לכניסה לחשבון:

!! 713604

הקוד בתוקף ל-5 דקות. אין למסור אותו לאיש.

^ בנק הגליל בע"מ, רחוב הנמל 18, חיפה 3303118, טלפון 03-555-0118
""", "בנק הגליל <noreply@bankhagalil.example>", ttl=300, traps="rtl postal-code phone", shell="table")
code("he-shop", "408215", "הקוד שלך לסופר השכונה", """
היי! הקוד שלך הוא 408215 ותוקפו יפוג בעוד 10 דקות.
לא ביקשת? אפשר להתעלם.
""", "סופר השכונה <hi@superbashchuna.example>", ttl=600, cs="windows-1255", traps="rtl")
link("he-login", "https://app.dugit.example/login/magic?t=" + token("hea", 40), "הקישור שלך להתחברות", """
לחצו על הכפתור כדי להתחבר לדוגית:

[btn התחברות]({L})

הקישור תקף לשעה אחת בלבד. [מרכז העזרה](https://dugit.example/help)
""", "דוגית <shalom@dugit.example>", ttl=3600, traps="rtl decoy-link", shell="mso")
none("he-order", "הזמנה מספר 4412708 יצאה לדרך", """
מספר משלוח: IL448127719. סכום: 184.90 ש"ח. מיקוד: 3303118. צפי הגעה: 8 בנובמבר.
""", "סופר השכונה <orders@superbashchuna.example>", form="plain", traps="order-number tracking-number amount postal-code rtl", cs="iso-8859-8", label="iso-8859-8-i")
none("he-coupon", "קוד קופון במתנה", """
הזינו את קוד הקופון **STAV15** בקופה וקבלו 15% הנחה עד סוף החודש.
""", "דוגית <news@dugit.example>", traps="promo-code rtl")

# Urdu, Pashto, Kurdish
code("ur-bank", "826153", "آپ کا تصدیقی کوڈ", """
محترم صارف،

آپ کا تصدیقی کوڈ ہے: 826153

یہ کوڈ 10 منٹ تک کارآمد ہے۔ براہِ کرم اسے کسی کے ساتھ شیئر نہ کریں۔

راوی بینک لمیٹڈ، لاہور 54000
""", "راوی بینک <noreply@ravibank.example>", form="plain", ttl=600, traps="rtl postal-code")
code("ur-digits", "5904", "لاگ ان پن", """
لاگ ان کے لیے یہ پن درج کریں:

!! ۵۹۰۴

شکریہ
""", "بازار آن لائن <salam@bazaronline.example>", traps="persian-digits short-code rtl", shell="bare", box="p")
link("ur-verify", "https://khata.bazaronline.example/tasdeeq?token=" + token("ura", 34), "اپنا ای میل تصدیق کریں", """
خوش آمدید!

[btn ای میل کی تصدیق کریں]({L})

یہ لنک 24 گھنٹے بعد ختم ہو جائے گا۔
""", "بازار آن لائن <salam@bazaronline.example>", ttl=86400, traps="rtl", shell="divs")
none("ur-bill", "آپ کا بجلی کا بل", """
حوالہ نمبر 04 11884 4127080 U، رقم 4,820 روپے، آخری تاریخ 20 نومبر 2025۔
""", "شہر بجلی کمپنی <bill@shehrbijli.test>", traps="invoice amount date rtl")
code("ps-kod", "71804", "د تایید کوډ", """
سلام!

ستاسو د تایید کوډ: 71804

دا کوډ تر 5 دقیقو پورې د اعتبار وړ دی.
""", "هندوکش بانک <info@hindukush.example>", form="html", ttl=300, traps="rtl")
code("ckb-kod", "350982", "کۆدی دڵنیابوونەوە", """
سڵاو،

کۆدی دڵنیابوونەوەکەت: ٣٥٠٩٨٢

تکایە لەگەڵ کەس هاوبەشی مەکە.
""", "زاگرۆس پەی <info@zagrospay.example>", form="html", traps="arabic-digits rtl")
code("ku-kod", "90417", "Koda te ya piştrastkirinê", """
Silav Berfîn,

koda te ya piştrastkirinê 90417 e. Ew 10 deqeyan derbasdar e.
""", "Dîcle Pirtûk <info@dicle.example>", form="plain", ttl=600)
