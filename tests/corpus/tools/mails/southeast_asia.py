"""Thai, Vietnamese, Indonesian, Malay, Filipino, Khmer, Lao, Burmese, Javanese."""

from authoring import code, link, none, token

# Thai
code("th-bank", "739015", "รหัส OTP สำหรับทำรายการ", """
เรียน คุณสมชาย

รหัส OTP คือ 739015 (รหัสอ้างอิง: KXQM) สำหรับโอนเงิน 1,500.00 บาท ไปบัญชี xxx-x-x4417-x
กรุณาใช้ภายใน 5 นาที ห้ามบอกรหัสนี้กับผู้อื่น

ธนาคารเจ้าพระยา โทร. 02-555-0118
""", "ธนาคารเจ้าพระยา <noreply@chaophraya.example>", form="plain", ttl=300, traps="reference-value amount phone glued", cs="tis-620")
code("th-digits", "480162", "ยืนยันอีเมลของคุณ", """
# ยืนยันอีเมลของคุณ

กรอกรหัสยืนยันด้านล่างเพื่อสมัครสมาชิก:

!! ๔๘๐๑๖๒

รหัสนี้จะหมดอายุใน 10 นาที
""", "ตลาดน้ำ <hello@talatnam.example>", ttl=600, traps="thai-digits", shell="react")
code("th-glued", "5527", "รหัสเข้าสู่ระบบ", """
รหัสเข้าสู่ระบบของคุณคือ5527กรุณาอย่าเปิดเผยรหัสนี้แก่ผู้ใด
""", "ตุ๊กตุ๊กไว <code@tuktukwai.example>", traps="glued short-code")
link("th-login", "https://member.talatnam.example/login/once?k=" + token("tha", 34), "ลิงก์เข้าสู่ระบบของคุณ", """
สวัสดีค่ะ

[btn เข้าสู่ระบบ]({L})

ลิงก์นี้ใช้ได้เพียงครั้งเดียวและหมดอายุใน 1 ชั่วโมง

^ [ติดต่อเรา](https://talatnam.example/contact) · [ยกเลิกรับข่าวสาร](https://member.talatnam.example/unsub?id=4418)
""", "ตลาดน้ำ <hello@talatnam.example>", ttl=3600, traps="decoy-link", shell="table")
none("th-order", "คำสั่งซื้อ 2511044127 จัดส่งแล้ว", """
หมายเลขพัสดุ TH448127719A ยอดรวม 849 บาท รหัสไปรษณีย์ 10110 คาดว่าจะถึงวันที่ 8 พ.ย. 2568
""", "ตลาดน้ำ <order@talatnam.example>", traps="order-number tracking-number amount postal-code date")
none("th-promo", "โค้ดส่วนลด 100 บาท", """
ใส่โค้ด **NOV100** เมื่อซื้อครบ 500 บาท ถึง 30 พ.ย. นี้เท่านั้น
""", "ตลาดน้ำ <promo@talatnam.example>", traps="promo-code amount")

# Vietnamese
code("vi-bank", "615740", "Mã OTP giao dịch", """
Kính gửi Quý khách,

Mã OTP để xác nhận giao dịch chuyển khoản 2.500.000 VND đến tài khoản 1903 4412 7088 là:

!! 615740

Mã có hiệu lực trong 2 phút. Tuyệt đối không cung cấp mã này cho bất kỳ ai.

^ Ngân hàng Sông Hàn, 18 Bạch Đằng, Đà Nẵng 550000. Tổng đài 1900 555 018
""", "Ngân hàng Sông Hàn <noreply@songhan.example>", ttl=120, traps="amount account-number postal-code phone", shell="old")
code("vi-app", "8261", "Mã xác nhận của bạn", """
Chào Minh, 8261 là mã xác nhận đăng nhập của bạn. Đừng chia sẻ với ai nhé!
""", "Xe Ôm Nhanh <code@xeomnhanh.example>", form="plain", traps="short-code")
link("vi-kich-hoat", "https://taikhoan.sachhay.example/kich-hoat/" + token("via", 40), "Kích hoạt tài khoản", """
Chào bạn,

Cảm ơn bạn đã đăng ký. Vui lòng bấm vào liên kết dưới đây để kích hoạt tài khoản trong vòng 24 giờ:

{L}
""", "Sách Hay <lienhe@sachhay.example>", ttl=86400)
none("vi-don-hang", "Đơn hàng #4412708 đang được giao", """
Mã vận đơn: VN448127719. Tổng tiền: 349.000đ. Số điện thoại người giao hàng: 0905 550 118.
""", "Sách Hay <donhang@sachhay.example>", form="html", traps="order-number tracking-number amount phone")
none("vi-ma-giam-gia", "Mã giảm giá 50K dành riêng cho bạn", """
Nhập mã **SACHHAY50** khi thanh toán. Áp dụng cho đơn từ 300.000đ đến hết 30/11.
""", "Sách Hay <khuyenmai@sachhay.example>", traps="promo-code amount")

# Indonesian, Malay, Javanese
code("id-bank", "470829", "Kode OTP Anda", """
Halo Bapak Wayan,

Jangan berikan kode ini kepada siapa pun, termasuk pihak bank. Kode OTP Anda:

!! 470829

Berlaku 5 menit. Transaksi: transfer Rp1.250.000 ke rek. 4412708818.
""", "Bank Nusa Tenggara <noreply@banknt.example>", ttl=300, traps="amount account-number", shell="mso")
code("id-ojek", "3916", "Kode masuk: 3916", """
Pakai 3916 buat masuk ke Becak Kilat ya. Kodenya cuma berlaku 1 menit!
""", "Becak Kilat <kode@becakkilat.example>", ttl=60, traps="short-code")
link("id-verifikasi", "https://akun.warung.example/verifikasi?token=" + token("ida", 40) + "&user=4418", "Verifikasi alamat email kamu", """
Hai Putri!

Klik tombol di bawah untuk verifikasi email:

[btn Verifikasi Email]({L})

Tautan ini akan kedaluwarsa dalam 24 jam. Butuh bantuan? [Pusat Bantuan](https://warung.example/bantuan)
""", "Warung <halo@warung.example>", ttl=86400, traps="decoy-link", shell="react")
none("id-pesanan", "Pesanan INV/20251104/4412708 dikirim", """
Nomor resi: JP4481277190. Total belanja: Rp184.500. Kode pos: 80361. Kode promo gratis ongkir: GRATIS11.
""", "Warung <pesanan@warung.example>", form="html", traps="order-number tracking-number amount postal-code promo-code")
none("id-sms", "Kode verifikasi dikirim lewat SMS", """
Kami telah mengirim kode verifikasi ke nomor +62 812-****-4418. Kode berlaku 5 menit. Tidak menerima SMS? Minta ulang di aplikasi.
""", "Bank Nusa Tenggara <noreply@banknt.example>", form="plain", traps="sent-elsewhere phone")
code("ms-bank", "928105", "Nombor TAC anda", """
Pelanggan yang dihormati,

TAC anda ialah 928105 untuk pindahan RM350.00 ke akaun 1144 1270 8818. Sah selama 3 minit. Jangan dedahkan kepada sesiapa.
""", "Bank Selat <tac@bankselat.example>", form="plain", ttl=180, traps="amount account-number")
none("ms-bil", "Bil elektrik November", """
No. akaun 220044127088, jumlah perlu dibayar RM142.30 sebelum 20/11/2025. No. invois 118842.
""", "Tenaga Kampung <bil@tenagakampung.test>", traps="invoice amount account-number date")

# Filipino
code("fil-bangko", "503917", "Ang iyong one-time PIN", """
Kumusta, Maria!

Gamitin ang PIN na ito para makapag-log in:

!! 503917

Mag-e-expire ito sa loob ng 5 minuto. Huwag ibahagi kahit kanino.
""", "Bangko ng Look <noreply@bangkonglook.example>", ttl=300, shell="divs")
link("fil-kumpirma", "https://account.tindahan.example/confirm/" + token("fila", 30), "Kumpirmahin ang iyong email", """
Salamat sa pag-sign up! I-click ang link na ito para kumpirmahin ang iyong email:
{L}
""", "Tindahan <hello@tindahan.example>", form="plain")
none("fil-order", "Naipadala na ang order mo (#4412708)", """
Tracking number: PH448127719. Kabuuan: ₱749.00. Darating sa Nob 8. Gamitin ang voucher na SALAMAT50 sa susunod!
""", "Tindahan <hello@tindahan.example>", form="html", traps="order-number tracking-number amount promo-code")

# Khmer, Lao, Burmese, Javanese
code("km-code", "394126", "លេខកូដផ្ទៀងផ្ទាត់", """
ជម្រាបសួរ

លេខកូដផ្ទៀងផ្ទាត់របស់អ្នកគឺ៖ 394126

លេខកូដនេះមានសុពលភាព 5 នាទី។
""", "ធនាគារមេគង្គ <info@mekongbank.example>", form="plain", ttl=300)
code("lo-code", "804513", "ລະຫັດຢືນຢັນ", """
ສະບາຍດີ,

ລະຫັດຢືນຢັນຂອງທ່ານແມ່ນ 804513. ລະຫັດນີ້ໃຊ້ໄດ້ 5 ນາທີ.
""", "ທະນາຄານລ້ານຊ້າງ <info@lanxang.example>", form="plain", ttl=300)
code("my-code", "627094", "အတည်ပြုကုဒ်", """
မင်္ဂလာပါ

သင့်အတည်ပြုကုဒ်မှာ

!! ၆၂၇၀၉၄

ဖြစ်ပါသည်။ ဤကုဒ်ကို မည်သူ့ကိုမျှ မပြောပါနှင့်။
""", "ဧရာဝတီပေး <info@ayeyarpay.example>", traps="myanmar-digits", shell="bare")
