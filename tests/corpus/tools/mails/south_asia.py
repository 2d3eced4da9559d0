"""Hindi, Bengali, Marathi, Nepali, Gujarati, Punjabi, Tamil, Telugu, Kannada, Malayalam, Sinhala, Odia, Assamese, and English as written in India."""

from authoring import code, link, none, token

# English in India
code("en_IN-otp-txn", "836027", "OTP for txn of INR 2,499.00 on your card ending 4417", """
Dear Customer,

836027 is your One Time Password for txn of INR 2,499.00 at MONSOON MART on card ending 4417. Valid till 04-11-2025 18:42:11 IST. Do not disclose OTP to anyone.

Call 1800 555 0118 if txn not done by you. SMS BLOCK 4417 to 56767.

Malabar Coast Bank Ltd, Kochi 682001. CIN: U65110KL1994PLC118842
""", "Malabar Coast Bank <alerts@malabarbank.example>", traps="amount card-digits postal-code phone date")
code("en_IN-irctc-like", "114509", "Email OTP", """
<table border=0><tr><td>Dear RAVI IYER,</td></tr><tr><td>Your OTP for e-mail verification in Southern Ghats Ticketing is <font color="#ff0000">114509</font>. PNR, password and user id will never be asked by us over phone.</td></tr><tr><td>Warm Regards,<br>Customer Care, 24*7 Hrs. 0755-5550118, 0755-5550119</td></tr></table>
""", "Southern Ghats Ticketing <ticketadmin@ghats.example>", form="html", shell="bare", traps="phone mention-of-codes")
none("en_IN-otp-awareness", "Your OTP is your secret. Keep it that way!", """
# RBI kehta hai: stay alert

- Never share your OTP, CVV or UPI PIN.
- No bank official will ask for a 6-digit OTP on call.
- Report fraud at 1930.

[btn Take the quiz and win ₹500](https://www.malabarbank.example/quiz/otp-safety?c=2511)
""", "Malabar Coast Bank <info@malabarbank.example>", traps="mention-of-codes amount phone", shell="table")
none("en_IN-pnr", "Booking confirmed: PNR 4412708827, Train 12618", """
PNR: 4412708827 | Train No./Name: 12618 / MANGALA EXP | Quota: GENERAL | Class: 3A | Coach B2 Seat 41 | DOJ: 18-Nov-2025 | Fare: Rs 1,845.00. Invoice No. PS25441270884. OTP-free cancellation is available in the app.
""", "Southern Ghats Ticketing <ticketadmin@ghats.example>", form="html", traps="booking-reference amount date invoice")

# Hindi
code("hi-bank", "592803", "आपका ओटीपी", """
प्रिय ग्राहक,

आपके लेन-देन को पूरा करने के लिए ओटीपी है:

!! ५९२८०३

यह ओटीपी 5 मिनट तक मान्य है। इसे किसी के साथ साझा न करें। राशि: ₹1,250.00

^ गंगा बैंक लिमिटेड, वाराणसी 221001, हेल्पलाइन 1800-555-0118
""", "गंगा बैंक <noreply@gangabank.example>", ttl=300, traps="devanagari-digits amount postal-code phone", shell="table")
code("hi-app", "7045", "लॉगिन कोड", """
नमस्ते रवि, आपका लॉगिन कोड 7045 है। कृपया इसे 10 मिनट के भीतर ऐप में डालें।
""", "सवारी <code@savari.example>", ttl=600, traps="short-code")
link("hi-verify", "https://khata.kitabghar.example/satyapan?token=" + token("hia", 36), "अपना ईमेल सत्यापित करें", """
किताबघर में आपका स्वागत है!

[btn ईमेल सत्यापित करें]({L})

यह लिंक 24 घंटे में समाप्त हो जाएगा। [सहायता](https://kitabghar.example/sahayata)
""", "किताबघर <namaste@kitabghar.example>", ttl=86400, traps="decoy-link", shell="react")
none("hi-order", "आपका ऑर्डर भेज दिया गया है", """
ऑर्डर संख्या: 4412-7088-1184
ट्रैकिंग: EK448127719IN
कुल राशि: ₹849
पिन कोड: 221001
""", "किताबघर <order@kitabghar.example>", form="plain", traps="order-number tracking-number amount postal-code")
none("hi-coupon", "दिवाली ऑफ़र: 20% की छूट", """
कूपन कोड **DEEP20** का उपयोग करें और ₹999 से ऊपर की खरीद पर छूट पाएं। ऑफ़र 30 नवंबर तक।
""", "किताबघर <offers@kitabghar.example>", traps="promo-code amount")

# Bengali
code("bn-bank", "340781", "আপনার ওটিপি", """
প্রিয় গ্রাহক,

আপনার এককালীন পাসওয়ার্ড (ওটিপি) হলো ৩৪০৭৮১। এটি ৩ মিনিটের জন্য বৈধ। কারও সঙ্গে শেয়ার করবেন না।

পদ্মা ব্যাংক, ঢাকা ১২০৫
""", "পদ্মাপাড় ব্যাংক <noreply@padmapar.example>", ttl=180, traps="bengali-digits postal-code")
code("bn-app", "618204", "লগইন যাচাইকরণ কোড", """
হ্যালো,

আপনার যাচাইকরণ কোড:

!! 618204

কোডটি ১০ মিনিট পর কাজ করবে না।
""", "হাটবাজার <hello@haatbazar.example>", ttl=600, traps="bengali-digits", shell="mso", box="spans")
link("bn-login", "https://account.haatbazar.example/l/" + token("bna", 34), "লগইন লিংক", """
আপনার অ্যাকাউন্টে প্রবেশ করতে নিচের লিংকে ক্লিক করুন:
{L}
""", "হাটবাজার <hello@haatbazar.example>")
none("bn-order", "অর্ডার নিশ্চিতকরণ #৪৪১২৭", """
আপনার অর্ডার নম্বর ৪৪১২৭০৮। মোট মূল্য ৳১,২৪০। ডেলিভারি ৮ নভেম্বর। ফোন: ০১৭০০-৫৫৫০১১
""", "হাটবাজার <order@haatbazar.example>", form="plain", traps="order-number amount phone bengali-digits")

# Marathi, Nepali, Gujarati, Punjabi
code("mr-code", "470915", "तुमचा ओटीपी", """
नमस्कार,

लॉग इन करण्यासाठी तुमचा ओटीपी ४७०९१५ आहे. हा ओटीपी १० मिनिटांसाठी वैध आहे.

कोकण सहकारी बँक
""", "कोकण सहकारी बँक <noreply@kokanbank.example>", form="plain", ttl=600, traps="devanagari-digits")
none("mr-bill", "वीज बिल - ऑक्टोबर २०२५", """
ग्राहक क्रमांक: 441270881842. देय रक्कम: ₹1,240.00. अंतिम तारीख: 20-11-2025. कृपया वेळेत भरणा करा.
""", "ग्रामवीज <bill@gramvij.test>", form="html", traps="invoice amount customer-number date")
code("ne-code", "25816", "प्रमाणीकरण कोड", """
नमस्ते!

तपाईंको प्रमाणीकरण कोड:

!! 25816

यो कोड ५ मिनेटसम्म मात्र मान्य हुन्छ।
""", "हिमाल पे <info@himalpay.example>", ttl=300, traps="devanagari-digits", shell="divs")
code("gu-code", "903642", "તમારો ઓટીપી", """
પ્રિય ગ્રાહક,

તમારો વન ટાઇમ પાસવર્ડ 903642 છે. તે 5 મિનિટ માટે માન્ય છે. કોઈની સાથે શેર કરશો નહીં.
""", "સાબર બેંક <noreply@sabarbank.example>", form="plain", ttl=300)
none("gu-order", "તમારો ઓર્ડર મોકલવામાં આવ્યો છે", """
ઓર્ડર નંબર 44127088. રકમ ₹649. પિનકોડ 380001. ટ્રેકિંગ નંબર GJ118842719.
""", "હાટડી <order@hatdi.example>", traps="order-number amount postal-code tracking-number")
code("pa-code", "518093", "ਤੁਹਾਡਾ ਪੁਸ਼ਟੀਕਰਨ ਕੋਡ", """
ਸਤਿ ਸ੍ਰੀ ਅਕਾਲ,

ਤੁਹਾਡਾ ਪੁਸ਼ਟੀਕਰਨ ਕੋਡ 518093 ਹੈ। ਇਹ 10 ਮਿੰਟਾਂ ਲਈ ਵੈਧ ਹੈ।
""", "ਪੰਜ ਦਰਿਆ <info@panjdarya.example>", ttl=600)

# Tamil, Telugu, Kannada, Malayalam
code("ta-bank", "264590", "உங்கள் ஒருமுறை கடவுச்சொல்", """
அன்புள்ள வாடிக்கையாளரே,

உங்கள் ஒருமுறை கடவுச்சொல் (OTP):

!! 264590

இது 5 நிமிடங்களுக்கு மட்டுமே செல்லுபடியாகும். யாருடனும் பகிர வேண்டாம்.

^ காவிரி வங்கி, திருச்சி 620001
""", "காவிரி வங்கி <noreply@kaveribank.example>", ttl=300, traps="postal-code", shell="table")
code("ta-app", "9107", "சரிபார்ப்புக் குறியீடு", """
வணக்கம்! உங்கள் சரிபார்ப்புக் குறியீடு 9107. இதை செயலியில் உள்ளிடவும்.
""", "ஓலை <help@olai.example>", traps="short-code")
link("ta-link", "https://kanakku.olai.example/nuzhai/" + token("taa", 32), "உள்நுழைவு இணைப்பு", """
உங்கள் கணக்கில் உள்நுழைய கீழே உள்ள பொத்தானை அழுத்தவும்:

[btn உள்நுழைக]({L})
""", "ஓலை <help@olai.example>", shell="dark")
none("ta-order", "ஆர்டர் எண் 4412708 அனுப்பப்பட்டது", """
கண்காணிப்பு எண்: TN448127719IN. மொத்தத் தொகை: ₹1,120. அஞ்சல் குறியீடு: 620001.
""", "ஓலை <order@olai.example>", form="plain", traps="order-number tracking-number amount postal-code")
code("te-bank", "751036", "మీ ఓటీపీ", """
ప్రియమైన కస్టమర్,

మీ వన్ టైమ్ పాస్‌వర్డ్ 751036. ఇది 10 నిమిషాల వరకు చెల్లుతుంది. దయచేసి ఎవరితోనూ పంచుకోకండి.
""", "గోదావరి బ్యాంక్ <noreply@godavaribank.example>", form="plain", ttl=600)
none("te-bill", "మీ బిల్లు సిద్ధంగా ఉంది", """
ఖాతా సంఖ్య 4412708818, మొత్తం ₹742.00, చెల్లించవలసిన తేదీ 20-11-2025.
""", "నగర విద్యుత్ <bill@nagaravidyut.test>", traps="invoice amount account-number date")
code("kn-code", "380291", "ಪರಿಶೀಲನಾ ಕೋಡ್", """
ನಮಸ್ಕಾರ,

ನಿಮ್ಮ ಪರಿಶೀಲನಾ ಕೋಡ್:

!! 380291

ಈ ಕೋಡ್ 5 ನಿಮಿಷಗಳವರೆಗೆ ಮಾನ್ಯವಾಗಿರುತ್ತದೆ.
""", "ಕಾವೇರಿ ಪೇ <info@kaveripay.example>", ttl=300, shell="bare")
code("ml-code", "647218", "താങ്കളുടെ ഒടിപി", """
പ്രിയപ്പെട്ട ഉപഭോക്താവേ,

ലോഗിൻ ചെയ്യുന്നതിനുള്ള താങ്കളുടെ ഒടിപി 647218 ആണ്. ഇത് ആരുമായും പങ്കുവെക്കരുത്.
""", "പെരിയാർ ബാങ്ക് <noreply@periyarbank.example>")
link("ml-link", "https://account.vayana.example/verify?t=" + token("mla", 30), "ഇമെയിൽ സ്ഥിരീകരിക്കുക", """
സ്വാഗതം!

[btn ഇമെയിൽ സ്ഥിരീകരിക്കുക]({L})
""", "വായന <info@vayana.example>", shell="divs")

# Sinhala, Odia, Assamese
code("si-code", "402867", "ඔබගේ සත්‍යාපන කේතය", """
හිතවත් පාරිභෝගිකයා,

ඔබගේ සත්‍යාපන කේතය 402867 වේ. එය මිනිත්තු 5 ක් සඳහා වලංගු වේ.
""", "මහවැලි බැංකුව <noreply@mahawelibank.example>", ttl=300)
code("or-code", "715340", "ଆପଣଙ୍କ ଓଟିପି", """
ପ୍ରିୟ ଗ୍ରାହକ,

ଆପଣଙ୍କ ଓଟିପି ହେଉଛି 715340। ଏହା 5 ମିନିଟ୍ ପର୍ଯ୍ୟନ୍ତ ବୈଧ।
""", "ମହାନଦୀ ବ୍ୟାଙ୍କ <noreply@mahanadi.example>", form="plain", ttl=300)
