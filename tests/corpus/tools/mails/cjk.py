"""Japanese, Chinese (simplified and traditional), Korean, in the charsets that are still in use there."""

from authoring import code, link, none, token, Part, Multi

# Japanese
code("ja-bank", "604821", "ワンタイムパスワードのお知らせ", """
森 由紀 様

いつも青葉銀行をご利用いただきありがとうございます。
お振込（金額：35,000円）の実行に必要なワンタイムパスワードをお知らせいたします。

ワンタイムパスワード：604821

有効期限：2025年11月4日 14時35分まで

※本メールにお心当たりのない場合は、0120-555-018までご連絡ください。
――――――――――――――
青葉銀行 〒980-0811 仙台市青葉区
""", "青葉銀行 <otp@aoba-bank.example>", cs="iso2022_jp", traps="amount date phone postal-code")
code("ja-fullwidth", "738206", "【ねこカフェ予約】本人確認のご案内", """
ご登録ありがとうございます。

下記の認証番号を画面に入力して、登録を完了してください。

!! ７３８２０６

認証番号の有効時間は30分です。

^ 株式会社しっぽ 東京都台東区谷中3-1-8 TEL 03-5555-0118
""", "ねこカフェ予約 <info@nekoyoyaku.example>", ttl=1800, traps="full-width-digits phone", shell="table", cs="cp932")
code("ja-glued", "4092", "ログイン確認", """
確認コードは4092です。5分以内に入力してください。このコードを他人に教えないでください。
""", "つばめタクシー <code@tsubame-taxi.example>", form="html", ttl=300, traps="glued short-code")
code("ja-telecom-pin", "57310", "セキュリティ番号のお知らせ", """
【つばさモバイル】
お客様が設定された2段階認証のセキュリティ番号をお送りします。

セキュリティ番号　５７３１０

お客様番号：A4412708
契約電話番号：080-****-0118
""", "つばさモバイル <id@tsubasa-mobile.example>", form="plain", cs="euc_jp", traps="full-width-digits customer-number phone")
code("ja-game", "FKX-M2T9", "【剣と航路】ログイン用キー", """
提督殿

新しい端末からのログインを検知しました。
以下のログインキーをゲーム画面に入力してください（ハイフンも必要です）。

!! FKX-M2T9

運営チーム
""", "剣と航路 運営 <support@tsurugi-kouro.example>", traps="hyphen-code alphanumeric", shell="dark")
link("ja-login-link", "https://account.midori-ichiba.example/login/link?key=" + token("jaa", 40), "ログイン用リンク", """
みどり市場です。

下のボタンからログインしてください。

[btn ログインする]({L})

このリンクの有効期限は1時間です。一度しか使えません。

^ [よくある質問](https://midori-ichiba.example/faq) ｜ [配信停止](https://account.midori-ichiba.example/stop?u=4418)
""", "みどり市場 <info@midori-ichiba.example>", ttl=3600, traps="decoy-link", shell="mso")
link("ja-kari-touroku", "https://www.koubou-sakura.example/entry/confirm.php?id=4418&hash=" + token("jab", 32, "0123456789abcdef"), "【工房さくら】仮登録完了のお知らせ", """
この度は会員登録をお申し込みいただきありがとうございます。
まだ登録は完了しておりません。

24時間以内に下記のURLをクリックして、本登録を完了してください。

{L}

----------------------------------
工房さくら　http://www.koubou-sakura.example/
""", "工房さくら <touroku@koubou-sakura.example>", form="plain", cs="iso2022_jp", ttl=86400, traps="decoy-link")
none("ja-order", "ご注文ありがとうございます（注文番号：250-4412708-1184271）", """
注文番号：250-4412708-1184271
商品合計：4,980円
お届け先：〒110-0001
お届け予定日：11月8日（土）
クーポンコード：THANKS500（次回のお買い物でご利用ください）
""", "みどり市場 <order@midori-ichiba.example>", form="plain", cs="cp932", traps="order-number amount postal-code promo-code date")
none("ja-yoyaku", "ご予約確認（予約番号 AX7Q2M）", """
<p>下記の通りご予約を承りました。</p><table><tr><td>予約番号</td><td>AX7Q2M</td></tr><tr><td>日時</td><td>2025年11月22日 18:30</td></tr><tr><td>人数</td><td>4名</td></tr></table>
""", "割烹 みなと <yoyaku@kappo-minato.example>", form="html", shell="bare", traps="booking-reference date")
none("ja-sms", "認証コードをSMSで送信しました", """
ご登録の携帯電話番号（末尾0118）に6桁の認証コードをSMSで送信しました。届かない場合は5分後に再度お試しください。
""", "つばさモバイル <id@tsubasa-mobile.example>", traps="sent-elsewhere phone")
none("ja-chuui", "【重要】認証コードを聞き出す詐欺にご注意ください", """
当行の職員がお客様にワンタイムパスワードや暗証番号をお尋ねすることは一切ございません。不審な電話やメールを受け取った場合は0120-555-018へご相談ください。2025年11月1日現在、被害は118件に上ります。
""", "青葉銀行 <news@aoba-bank.example>", form="plain", cs="iso2022_jp", traps="mention-of-codes phone date")

# Simplified Chinese
code("zh_CN-bank", "518307", "【海棠银行】动态验证码", """
尊敬的林先生：

您正在向尾号4417的账户转账，金额2,500.00元，验证码518307，2分钟内有效。请勿向任何人透露验证码，谨防诈骗。客服电话95018。
""", "海棠银行 <service@haitangbank.example>", form="plain", cs="gb18030", ttl=120, traps="amount card-digits phone glued")
code("zh_CN-app", "9275", "登录验证", """
您的验证码是9275，10分钟内有效，请勿泄露。
""", "青鸟出行 <noreply@qingniao.example>", form="plain", cs="gb2312", ttl=600, traps="glued short-code")
code("zh_CN-html", "203846", "邮箱验证码", """
# 验证您的邮箱

亲爱的用户，您好！

感谢注册云杉商城，请在页面中输入以下验证码完成注册：

!! 203846

验证码30分钟内有效，如非本人操作请忽略此邮件。

^ 云杉商城 © 2025 浙江省杭州市西湖区文三路118号 310012 · 增值电信业务经营许可证 浙B2-20250044
""", "云杉商城 <service@yunshan.example>", ttl=1800, traps="postal-code licence-number", shell="table", box="cells")
code("zh_CN-alnum", "aK3Fz9", "重置密码", """
您好：

您申请重置密码，校验码为：aK3Fz9（区分大小写）

工单号：20251104-4418
""", "码农社区 <noreply@manong.example>", traps="case-sensitive alphanumeric ticket-number")
link("zh_CN-link", "https://passport.yunshan.example/login/mail?ticket=" + token("zca", 44), "点击登录云杉商城", """
您好！请点击下面的按钮直接登录：

[btn 立即登录]({L})

链接15分钟内有效，且只能使用一次。

^ [帮助中心](https://yunshan.example/help) | [退订](https://passport.yunshan.example/unsub?id=4418)
""", "云杉商城 <service@yunshan.example>", ttl=900, traps="decoy-link", shell="divs")
link("zh_CN-activate", "http://bbs.diaoyu.test/member.php?mod=activate&uid=4418&id=" + token("zcb", 6), "[钓鱼论坛] Email 地址验证", """
lin_wei，
这封信是由钓鱼论坛发送的。

您收到这封邮件，是由于在本论坛进行了新用户注册。请点击下面的链接即可激活您的帐号：
{L}
(如果上面不是链接形式，请将该地址手工粘贴到浏览器地址栏再访问)
""", "钓鱼论坛 <admin@diaoyu.test>", form="plain", cs="gb2312")
none("zh_CN-order", "您的订单4412708827已发货", """
订单号：4412708827
快递单号：SF1184271900441
实付金额：￥184.50
邮编：310012
优惠码：SALE1111（双十一可用）
""", "云杉商城 <order@yunshan.example>", form="plain", cs="gb18030", traps="order-number tracking-number amount postal-code promo-code")
none("zh_CN-security", "异地登录提醒", """
您的账号于2025-11-05 07:14在成都（IP：203.0.113.88）登录。如非本人操作，请立即修改密码。我们的工作人员绝不会向您索要验证码。
""", "云杉商城 <safe@yunshan.example>", traps="security-alert ip-address date mention-of-codes")
none("zh_CN-invoice", "电子发票开具成功", """
发票代码：033002500111
发票号码：44127088
校验码：11842 71900 44127 08818
价税合计：￥184.50
""", "云杉商城 <invoice@yunshan.example>", form="plain", traps="invoice amount")
none("zh_CN-meeting", "会议邀请：季度复盘", """
会议时间：2025/11/11 15:00-16:00
会议号：918 273 645
会议密码：4418
点击链接入会：https://meet.huddle.example/dm/918273645
""", "林伟 <wei.lin@youxiang.example>", form="plain", traps="meeting-passcode date")

# Traditional Chinese
code("zh_TW-bank", "067315", "OTP 簡訊暨電子郵件動態密碼", """
親愛的客戶您好：

您的網路銀行動態密碼為 067315，請於 5 分鐘內輸入。交易序號 20251104-44127。

玉蘭商業銀行 104 台北市中山區 客服專線 0800-555-018
""", "玉蘭商業銀行 <otp@yulan-bank.example>", form="plain", cs="big5", ttl=300, traps="leading-zero order-number postal-code phone")
code("zh_TW-member", "82639", "會員驗證信", """
嗨，小美！

請在頁面上輸入驗證碼完成註冊：

!! 82639

如果這不是您本人的操作，請忽略本信。
""", "豆花日記 <hello@douhua.example>", shell="react")
link("zh_TW-login", "https://member.douhua.example/auth/" + token("zta", 38), "豆花日記登入連結", """
點選以下連結即可登入（一小時內有效）：

{L}
""", "豆花日記 <hello@douhua.example>", form="plain", ttl=3600)
none("zh_TW-order", "訂單成立通知 #20251104001", """
訂單編號：20251104001
取件門市代碼：118842
取貨驗證碼將於商品到店後以簡訊通知
金額：NT$ 349
""", "豆花日記 <order@douhua.example>", form="plain", cs="big5", traps="order-number amount sent-elsewhere")
code("zh_HK-transport", "4471", "八達車票一次性密碼", """
閣下的一次性密碼係 4471，用嚟登入八達車票。密碼 3 分鐘內有效。
""", "八達車票 <noreply@baatdaat.example>", ttl=180, traps="short-code")

# Korean
code("ko-bank", "492807", "[누리은행] 인증번호 안내", """
고객님, 안녕하십니까.

요청하신 이체(350,000원, 받는 계좌 끝자리 4417)를 위한 인증번호입니다.

!! 492807

유효시간은 3분이며, 누리은행은 어떠한 경우에도 인증번호를 묻지 않습니다.

^ 누리은행 서울특별시 중구 을지로 18 (우) 04538 고객센터 1588-0118 사업자등록번호 118-84-27190
""", "누리은행 <noreply@nuribank.example>", ttl=180, traps="amount card-digits postal-code phone", shell="table", cs="euc_kr")
code("ko-glued", "3806", "달구지 로그인", """
인증번호는3806입니다. 타인에게 알려주지 마세요.
""", "달구지 <code@dalguji.example>", form="plain", traps="glued short-code")
code("ko-mixed", "T8WQ4N", "이메일 주소를 확인해 주세요", """
별마당 회원가입을 환영합니다!

아래 코드를 복사해서 가입 화면에 붙여 넣어 주세요.

T8WQ4N

코드는 10분 후 만료됩니다.
""", "별마당 <hello@byeolmadang.example>", ttl=600, traps="alphanumeric", cs="iso2022_kr")
link("ko-link", "https://id.byeolmadang.example/magic/" + token("koa", 42), "로그인 링크입니다", """
안녕하세요, 하나님!

[btn 로그인하기]({L})

이 링크는 30분 동안만 사용할 수 있습니다.

^ [고객센터](https://byeolmadang.example/help) | [수신거부](https://id.byeolmadang.example/unsub?id=4418)
""", "별마당 <hello@byeolmadang.example>", ttl=1800, traps="decoy-link", shell="dark")
link("ko-password", "https://member.hanbit-books.example/password/reset?token=" + token("kob", 36) + "&mid=4418", "비밀번호 재설정 안내", """
비밀번호를 다시 설정하시려면 아래 주소를 눌러 주세요. 24시간 동안 유효합니다.

{L}
""", "한빛서점 <help@hanbit-books.example>", cs="euc_kr", ttl=86400, traps="password-reset")
none("ko-order", "주문이 완료되었습니다 (주문번호 20251104-4412708)", """
주문번호: 20251104-4412708
결제금액: 24,800원
운송장번호: 6441-2708-1184
우편번호: 04538
""", "한빛서점 <order@hanbit-books.example>", form="plain", cs="euc_kr", traps="order-number tracking-number amount postal-code")
none("ko-coupon", "신규 회원 쿠폰 도착!", """
쿠폰번호 **WELCOME3000** 을 등록하면 3,000원이 바로 할인됩니다. 사용기한: 2025.11.30
""", "별마당 <event@byeolmadang.example>", traps="promo-code amount date")
none("ko-sms", "인증번호를 문자로 보내드렸습니다", """
고객님의 휴대전화 010-****-0118로 인증번호 6자리를 발송했습니다. 3분 안에 받지 못하셨다면 다시 요청해 주세요.
""", "누리은행 <noreply@nuribank.example>", form="html", traps="sent-elsewhere phone")
